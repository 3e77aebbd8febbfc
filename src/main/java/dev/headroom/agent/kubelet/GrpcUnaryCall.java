package dev.headroom.agent.kubelet;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One unary gRPC call with an empty request, over HTTP/2 on a Unix socket.
///
/// Source: "gRPC over HTTP2" of the gRPC project.
final class GrpcUnaryCall {
  private static final int MAX_BYTES = 16 << 20;
  private static final int PREFIX = 5;

  private GrpcUnaryCall() {}

  /// The answer's message.
  ///
  /// @param method such as `/v1.PodResourcesLister/List`
  /// @throws IOException if nobody answers in time, or with an error
  static ByteBuffer to(Path socket, String method, Duration timeout)
      throws IOException, InterruptedException {
    var group = new NioEventLoopGroup(1, new DefaultThreadFactory("headroom-agent-kubelet", true));
    try {
      var answer = new CompletableFuture<ByteBuffer>();
      new Bootstrap()
          .group(group)
          .channel(NioDomainSocketChannel.class)
          .handler(new Connection(method, answer))
          .connect(UnixDomainSocketAddress.of(socket))
          .addListener(
              connected -> {
                if (!connected.isSuccess()) {
                  answer.completeExceptionally(connected.cause());
                }
              });
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(Objects.requireNonNullElse(e.getCause(), e).getMessage(), e);
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
    } finally {
      var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private static final class Connection extends ChannelInitializer<Channel> {
    private final String method;
    private final CompletableFuture<ByteBuffer> answer;

    Connection(String method, CompletableFuture<ByteBuffer> answer) {
      this.method = method;
      this.answer = answer;
    }

    @Override
    protected void initChannel(Channel channel) {
      channel
          .pipeline()
          .addLast(
              Http2FrameCodecBuilder.forClient().build(),
              new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
              new Caller(method, answer));
    }
  }

  /// Opens the stream once there is a connection.
  private static final class Caller extends ChannelInboundHandlerAdapter {
    private final String method;
    private final CompletableFuture<ByteBuffer> answer;

    Caller(String method, CompletableFuture<ByteBuffer> answer) {
      this.method = method;
      this.answer = answer;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      Http2Headers headers =
          new DefaultHttp2Headers()
              .method("POST")
              .scheme("http")
              .authority("localhost")
              .path(method)
              .add("content-type", "application/grpc")
              .add("te", "trailers");
      new Http2StreamChannelBootstrap(context.channel())
          .handler(new Exchange(answer))
          .open()
          .addListener(
              opened -> {
                if (opened.isSuccess()) {
                  Channel stream = (Channel) opened.getNow();
                  var _ = stream.write(new DefaultHttp2HeadersFrame(headers));
                  var _ =
                      stream.writeAndFlush(
                          new DefaultHttp2DataFrame(
                              Unpooled.wrappedBuffer(new byte[PREFIX]), true));
                } else {
                  answer.completeExceptionally(opened.cause());
                }
              });
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      answer.completeExceptionally(new IOException("the connection was closed"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      answer.completeExceptionally(cause);
      var _ = context.close();
    }
  }

  /// Collects what comes back on the stream.
  private static final class Exchange extends SimpleChannelInboundHandler<Http2StreamFrame> {
    private final CompletableFuture<ByteBuffer> answer;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    Exchange(CompletableFuture<ByteBuffer> answer) {
      this.answer = answer;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame)
        throws IOException {
      if (frame instanceof Http2DataFrame data) {
        if (body.size() + data.content().readableBytes() > MAX_BYTES) {
          throw new IOException("an answer of more than " + MAX_BYTES + " bytes");
        }
        data.content().readBytes(body, data.content().readableBytes());
      } else if (frame instanceof Http2HeadersFrame headers && headers.isEndStream()) {
        end(headers.headers());
      } else if (frame instanceof Http2ResetFrame reset) {
        throw new IOException("the stream was reset: " + reset.errorCode());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      answer.completeExceptionally(cause);
      var _ = context.close();
    }

    private void end(Http2Headers trailers) throws IOException {
      String status = String.valueOf(trailers.get("grpc-status"));
      if (!status.equals("0")) {
        throw new IOException("status " + status + ", " + trailers.get("grpc-message"));
      }
      ByteBuffer message = ByteBuffer.wrap(body.toByteArray());
      if (message.remaining() < PREFIX
          || message.get() != 0
          || message.getInt() != message.remaining()) {
        throw new IOException("an answer that is no message of " + body.size() + " bytes");
      }
      answer.complete(message);
    }
  }
}

package dev.headroom.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Messages byte by byte, as "Encoding" of the Protocol Buffers documentation writes them.
class ProtobufFieldsTest {

  @Test
  void handsOnFieldsOfBytesAndSkipsNumbers() throws IOException {
    // Given field 1 a varint of 150, 2 "testing", 3 eight bytes, 4 four bytes, 300 "x", 2 ""
    assertThat(
            fields(
                "089601"
                    + "120774657374696e67"
                    + "190102030405060708"
                    + "2501020304"
                    + "e2120178"
                    + "1200"))
        .containsExactly("2=testing", "300=x", "2=");
  }

  @Test
  void readsLengthsOfSeveralBytes() throws IOException {
    var message = new ByteArrayOutputStream();
    message.writeBytes(HexFormat.of().parseHex("0aac02"));
    message.writeBytes("x".repeat(300).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(fields(HexFormat.of().formatHex(message.toByteArray())))
        .containsExactly("1=" + "x".repeat(300));
  }

  @ParameterizedTest
  @CsvSource({
    "0b, no wire type: 3",
    "0c, no wire type: 4",
    "0f, no wire type: 7",
    "0a05, a field of 5 bytes in 0",
    "0a0261, a field of 2 bytes in 1",
    "0980, a field of 8 bytes in 1",
    "0d80, a field of 4 bytes in 1",
    "0880, a number without an end",
    "08ffffffffffffffffffffff, a number without an end",
    "0affffffffffffffffff01, a field of -1 bytes in 0"
  })
  void refusesWhatIsNoMessage(String hex, String why) {
    assertThatThrownBy(() -> fields(hex)).isInstanceOf(IOException.class).hasMessage(why);
  }

  private static List<String> fields(String hex) throws IOException {
    var found = new ArrayList<String>();
    ProtobufFields.each(
        ByteBuffer.wrap(HexFormat.of().parseHex(hex)),
        (number, value) -> found.add(number + "=" + ProtobufFields.text(value)));
    return found;
  }
}

package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.ArrayList;
import java.util.List;

/// Rows of a table, by index. Weights are rows × dimension. Saves the indices. Source:
/// `torch.nn.Embedding`.
public record Embedding(long numEmbeddings, int embeddingDim) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("embedding", Embedding.class)
              .integers("num_embeddings", "embedding_dim")
              .read(
                  in ->
                      new Embedding(
                          in.longInteger("num_embeddings"), in.integer("embedding_dim"))));

  public Embedding {
    Extents.atLeast("num_embeddings", numEmbeddings, 1);
    Extents.atLeast("embedding_dim", embeddingDim, 1);
  }

  @Override
  public String type() {
    return "embedding";
  }

  @Override
  public void write(AttributeWriter out) {
    out.integer("num_embeddings", numEmbeddings);
    out.integer("embedding_dim", embeddingDim);
  }

  @Override
  public Value result(List<Value> inputs) {
    var extents = new ArrayList<>(inputs.getFirst().shape().extents());
    extents.add((long) embeddingDim);
    return inputs.getFirst().as(new TensorShape(extents));
  }

  @Override
  public List<TensorShape> parameters() {
    return List.of(TensorShape.of(numEmbeddings, embeddingDim));
  }
}

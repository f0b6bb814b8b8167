using Contracts.Onnx;
using Trainer.Export;
using Trainer.Publish;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace Trainer.Tests.Publish;

public sealed class ModelConfigWriterTests
{
    [Fact]
    public void Names_types_and_dimensions_are_the_graphs_without_the_row_count()
    {
        var graph = new GraphProto();
        graph.Input.Add(OnnxNodes.Value("plan", DataType.String, 1));
        graph.Input.Add(OnnxNodes.Value("months", DataType.Float, 1));
        graph.Output.Add(OnnxNodes.Value("probabilities", DataType.Float, 4));
        Assert.Equal(
            """
            name: "demo"
            platform: "onnxruntime_onnx"
            max_batch_size: 64
            input { name: "plan" data_type: TYPE_STRING dims: [ 1 ] }
            input { name: "months" data_type: TYPE_FP32 dims: [ 1 ] }
            output { name: "probabilities" data_type: TYPE_FP32 dims: [ 4 ] }
            dynamic_batching { }

            """,
            ModelConfigWriter.Write("demo", graph, maxBatchSize: 64));
    }
}

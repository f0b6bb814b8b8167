using Contracts.Inference;
using Contracts.Onnx;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Vectors;
using EndToEnd.Tests.Wire;
using Google.Protobuf;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Corrupt;

/// <summary>Classifiers as another converter writes them: tensors are served, and a map, which the protocol cannot carry, is refused with the remedy.</summary>
public sealed class TreeClassifierFilesTests(LoadingAppliance loading) : IClassFixture<LoadingAppliance>
{
    private const int Rows = 7;

    [Theory]
    [InlineData("skl2onnx_treecl.onnx")]
    [InlineData("skl2onnx_treecl2.onnx")]
    [InlineData("skl2onnx_treecl3.onnx")]
    public async Task A_converted_classifier_answers_what_the_runtime_answers(string file)
    {
        var onnx = await File.ReadAllBytesAsync(TestData.FileOrSkip(Path.Combine("onnx", file)), TestContext.Current.CancellationToken);
        var appliance = await loading.StartedAsync();
        Assert.Null(await loading.TryModelAsync(onnx, whileLoaded: async model =>
        {
            var metadata = await appliance.Inference.ModelMetadataAsync(new ModelMetadataRequest { Name = model }, deadline: ApplianceCalls.Deadline);
            var input = Assert.Single(metadata.Inputs);
            Assert.Equal("FP32", input.Datatype);
            // The files leave the number of columns open; the trees say how many they look at.
            var columns = ModelProto.Parser.ParseFrom(onnx).Graph.Node.SelectMany(n => n.Attribute).Single(a => a.Name == "nodes_featureids").Ints.Max() + 1;
            long[] shape = [Rows, columns];
            var random = new Random(5);
            float[] values = [.. Enumerable.Range(0, (int)(Rows * columns)).Select(_ => random.NextSingle() * 8)];
            var rows = TensorValue.OfFloats(input.Name, shape, values);
            var yardstick = Yardstick.Run(onnx, [rows]);
            Assert.Equal(YardstickEnd.Answered, yardstick.End);
            Assert.Null(TensorDifference.Between(yardstick.Outputs, await appliance.OutputsAsync(InferMessages.Raw(model, rows))));
        }));
        await loading.IsUnharmedAsync();
    }

    [Fact]
    public async Task Scores_in_a_map_are_refused_with_the_output_and_the_remedy()
    {
        var reason = await loading.RefusalOfAsync(MapOfScores());
        Assert.Contains("output 'scores'", reason);
        Assert.Contains("the protocol cannot carry", reason);
        Assert.Contains("zipmap=False", reason);
        await loading.IsUnharmedAsync();
    }

    /// <summary>What the converter makes of every classifier unless it is told otherwise: a map from class to score for each row.</summary>
    private static byte[] MapOfScores()
    {
        const string Domain = "ai.onnx.ml";
        var model = ModelProto.Parser.ParseFrom(new GraphBuilder("map_of_scores").Input(OnnxModels.Input, DataType.Float, -1, 2).Model());
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = Domain, Version = 3 });
        model.Graph.Node.Add(new NodeProto
        {
            OpType = "ZipMap",
            Domain = Domain,
            Input = { OnnxModels.Input },
            Output = { "scores" },
            Attribute = { new AttributeProto { Name = "classlabels_int64s", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 0, 1 } } },
        });
        var map = new TypeProto.Types.Map
        {
            KeyType = (int)DataType.Int64,
            ValueType = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float } },
        };
        model.Graph.Output.Add(new ValueInfoProto
        {
            Name = "scores",
            Type = new TypeProto { SequenceType = new TypeProto.Types.Sequence { ElemType = new TypeProto { MapType = map } } },
        });
        return model.ToByteArray();
    }
}

using Appliance.Inference.Repository.ExternalData;
using Contracts.Onnx;
using Google.Protobuf;
using Xunit;

namespace Appliance.Inference.Tests.Repository.ExternalData;

public class OnnxTensorScanTests
{
    private static List<ExternalTensor> Scan(byte[] model)
    {
        List<ExternalTensor> found = [];
        OnnxTensorScan.Read(new MemoryStream(model), found.Add);
        return found;
    }

    private static OnnxFormatException Refused(byte[] model) => Assert.Throws<OnnxFormatException>(() => Scan(model));

    private static byte[] Field(int number, byte[] content)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(content));
        }
        return stream.ToArray();
    }

    [Fact]
    public void Tensors_are_found_wherever_they_can_be()
    {
        string[] perGraph = ["initializer", "sparse.values", "sparse.indices"];
        string[] graphs = ["graph", "subgraph", "subsubgraph", "graphs.0", "graphs.1"];
        string[] expected =
        [
            .. graphs.SelectMany(graph => perGraph.Select(place => $"{graph}.{place}")),
            "attribute.t", "attribute.tensors.0", "attribute.tensors.1", "attribute.sparse.values", "attribute.sparse.indices",
                "attribute.sparses",
            "function.node", "function.attribute", "training",
        ];
        var model = ExternalModels.WithTraining(ExternalModels.Everywhere(),
            new GraphProto { Initializer = { ExternalModels.Tensor("t", "training") } });
        Assert.Equal(expected.Order(StringComparer.Ordinal), Scan(model).Select(tensor => tensor.Location!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_tensor_says_is_told_as_it_is()
    {
        var found = Scan(ExternalModels.Model(
            ExternalModels.Tensor("w", "weights.bin", "4096", "16"),
            ExternalModels.Tensor("nowhere", null),
            new TensorProto { Name = "inline", RawData = ByteString.CopyFrom(1, 2, 3, 4) }).ToByteArray());
        Assert.Equal([new ExternalTensor("w", "weights.bin", "4096", "16"), new ExternalTensor("nowhere", null, null, null)], found);
    }

    [Fact]
    public void A_tensor_is_told_even_where_it_says_that_its_data_is_inside()
    {
        var tensor = ExternalModels.Tensor("w", "weights.bin");
        tensor.DataLocation = TensorProto.Types.DataLocation.Default;
        Assert.Equal("weights.bin", Assert.Single(Scan(ExternalModels.Model(tensor).ToByteArray())).Location);
    }

    [Fact]
    public void Pieces_that_add_up_to_one_message_are_each_read()
    {
        // Two graphs in one model are one graph to protobuf, and two tensors in one attribute are one tensor.
        var first = new TensorProto { DataLocation = TensorProto.Types.DataLocation.External }.ToByteArray();
        var second = new TensorProto { ExternalData = { new StringStringEntryProto { Key = "location",
            Value = "../secret" } } }.ToByteArray();
        byte[] attribute = [.. Field(5, first), .. Field(5, second)];
        var node = Field(5, attribute);
        byte[] model = [.. Field(7, []), .. Field(7, Field(1, node))];
        Assert.Contains("../secret", Scan(model).Select(tensor => tensor.Location));
        Assert.Equal("../secret", ModelProto.Parser.ParseFrom(model).Graph.Node[0].Attribute[0].T.ExternalData.Single().Value);
    }

    [Fact]
    public void Two_answers_to_one_question_are_refused()
    {
        var twice = ExternalModels.Tensor("w", "a");
        twice.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "b" });
        Assert.Contains("a tensor's external data names its location twice", Refused(ExternalModels.Model(twice).ToByteArray()).Problem,
            StringComparison.Ordinal);
        byte[] entry = [.. Field(1, "location"u8.ToArray()), .. Field(2, "a"u8.ToArray()), .. Field(2, "b"u8.ToArray())];
        Assert.Contains("two keys or two values", Refused(Field(7, Field(5, Field(13, entry)))).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_is_bounded()
    {
        static byte[] Nested(int depth)
        {
            var graph = new GraphProto { Name = "g" };
            for (var i = 0; i < depth; i++)
            {
                graph = new GraphProto { Node = { new NodeProto { Attribute = { new AttributeProto { G = graph } } } } };
            }
            return new ModelProto { Graph = graph }.ToByteArray();
        }
        Assert.Empty(Scan(Nested(32)));
        Assert.Contains("more than 100 deep", Refused(Nested(60)).Problem, StringComparison.Ordinal);
        Assert.Contains("more than 100 deep", Refused([.. Enumerable.Repeat((byte)0x0B, 1_000_000)]).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[0], "byte 0: the file holds no graph; it is not an ONNX model")]
    [InlineData(new byte[] { 0x08, 0x0A }, "byte 2: the file holds no graph; it is not an ONNX model")]
    [InlineData(new byte[] { 0x3A, 0x05, 0x00 }, "byte 1: a field of 5 bytes does not fit into the 1 that are left; the file is cut off or damaged")]
    [InlineData(new byte[] { 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 }, "byte 1: a field of 18446744073709551615 bytes does not fit into the 0 that are left; the file is cut off or damaged")]
    [InlineData(new byte[] { 0x08, 0x80 }, "byte 1: the file, or the part of it there, ends within a number")]
    [InlineData(new byte[] { 0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 }, "byte 1: a number has more than ten bytes")]
    [InlineData(new byte[] { 0x09, 1, 2 }, "byte 1: the file, or the part of it there, ends within a number")]
    [InlineData(new byte[] { 0x00 }, "byte 0: there is no protobuf field there")]
    [InlineData(new byte[] { 0x0F }, "byte 0: there is no protobuf field there")]
    [InlineData(new byte[] { 0x0C }, "byte 1: a group ends that has not begun")]
    [InlineData(new byte[] { 0x0B, 0x14 }, "byte 2: a group ends that is not the one that began")]
    [InlineData(new byte[] { 0x3A, 0x02, 0x2A, 0x01, 0x00 }, "byte 3: a field of 1 bytes does not fit into the 0 that are left; the file is cut off or damaged")]
    public void A_file_that_is_no_whole_model_is_refused_with_the_place(byte[] model, string message) =>
        Assert.Equal(message, Refused(model).Message);

    [Fact]
    public void Groups_are_skipped_whole()
    {
        byte[] group = [0x0B, 0x08, 0x01, 0x13, 0x14, 0x0C];
        byte[] model = [.. group, .. ExternalModels.Model(ExternalModels.Tensor("w", "a")).ToByteArray(), .. group];
        Assert.Equal("a", Assert.Single(Scan(model)).Location);
    }

    [Fact]
    public void A_name_longer_than_any_is_not_held_in_memory()
    {
        var tensor = ExternalModels.Tensor("w", new string('x', 8193));
        Assert.Contains("a text of 8193 bytes stands where 8192 are enough", Refused(ExternalModels.Model(tensor).ToByteArray()).Problem,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void A_damaged_file_is_read_or_refused_and_never_anything_else(int seed)
    {
        var random = new Random(seed);
        var whole = ExternalModels.Everywhere();
        whole.ProducerName = "p";
        foreach (var graph in new[] { whole.Graph, whole.Graph.Node[0].Attribute[0].G })
        {
            graph.Initializer.RemoveAt(1);
        }
        var original = whole.ToByteArray();
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            try
            {
                Scan(Mutation.Of(original, random));
            }
            catch (OnnxFormatException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 200, 1990);
    }

    [Fact]
    public void Whatever_protobuf_reads_out_of_a_damaged_file_was_found_by_the_scan()
    {
        var random = new Random(23);
        var original = ExternalModels.Model(ExternalModels.Tensor("a", "first"),
            ExternalModels.Tensor("b", "second", "1", "2")).ToByteArray();
        var compared = 0;
        for (var i = 0; i < 4000; i++)
        {
            var damaged = Mutation.Of(original, random);
            ModelProto model;
            List<ExternalTensor> found;
            try
            {
                model = ModelProto.Parser.ParseFrom(damaged);
                found = Scan(damaged);
            }
            catch (Exception error) when (error is InvalidProtocolBufferException or OnnxFormatException)
            {
                continue;
            }
            compared++;
            var locations = (model.Graph?.Initializer ?? []).SelectMany(tensor => tensor.ExternalData).Where(entry =>
                entry.Key == "location").Select(entry => entry.Value);
            Assert.Subset(found.Select(tensor => tensor.Location ?? "").ToHashSet(), locations.ToHashSet());
        }
        Assert.InRange(compared, 200, 4000);
    }

    [Fact]
    public void Large_tensors_are_skipped_and_not_read()
    {
        using var stream = new SparseModel(fieldBytes: 2_000_000_000);
        List<ExternalTensor> found = [];
        OnnxTensorScan.Read(stream, found.Add);
        Assert.Equal("after", Assert.Single(found).Location);
        Assert.InRange(stream.BytesRead, 1, 100_000);
    }
}

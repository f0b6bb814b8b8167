using System.Text.Json;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Contract;

/// <summary>
/// A request body of KServe's own tests, and the model that it asks for: one input a column, as such models are exported from data frames,
/// and one score a row, the sum of all columns by weight. A text counts by its place among the column's texts, from 1.
/// </summary>
internal sealed class KServeBody
{
    private readonly JsonElement[] _inputs;

    private KServeBody(string text)
    {
        Text = text;
        _inputs = [.. JsonDocument.Parse(text).RootElement.GetProperty("inputs").EnumerateArray()];
    }

    public string Text { get; }

    /// <summary>Skips the test where the sample data is absent.</summary>
    public static KServeBody Read(string file) => new(File.ReadAllText(TestData.FileOrSkip(Path.Combine("tck/kserve_v2", file))));

    /// <summary>The score of each row, worked out here.</summary>
    public double[] Scores() => [.. Enumerable.Range(0, Rows).Select(row => _inputs.Index().Sum(c => (c.Index + 1) * Value(c.Item, row)))];

    /// <summary>A model that takes the columns as they come: one value a row.</summary>
    /// <param name="rowShape">What stands behind the batch dimension of each column: nothing, or a 1.</param>
    public byte[] Model(string output, params long[] rowShape)
    {
        var graph = new GraphBuilder("columns").Output(output, DataType.Double, [-1, .. rowShape]);
        foreach (var (at, input) in _inputs.Index())
        {
            var (name, type) = (NameOf(input), TypeOf(input));
            graph.Input(name, type, [-1, .. rowShape]);
            if (type == DataType.String) graph.Ordinals(name, $"ordinal{at}", Texts(input));
            graph.Node("Cast", [type == DataType.String ? $"ordinal{at}" : name], [$"number{at}"], GraphBuilder.Attribute("to", (long)DataType.Double));
            graph.Constant($"weight{at}", DataType.Double, [], [at + 1.0]);
            graph.Node("Mul", [$"number{at}", $"weight{at}"], [$"part{at}"]);
        }
        return graph.Node("Sum", [.. _inputs.Select((_, at) => $"part{at}")], [output]).Model();
    }

    private int Rows => _inputs[0].GetProperty("data").GetArrayLength();

    private static double Value(JsonElement input, int row)
    {
        var value = input.GetProperty("data")[row];
        return TypeOf(input) switch
        {
            DataType.String => 1 + Array.IndexOf(Texts(input), value.GetString()),
            DataType.Float => (float)value.GetDouble(),
            _ => value.GetDouble(),
        };
    }

    private static string NameOf(JsonElement input) => input.GetProperty("name").GetString()!;

    private static string[] Texts(JsonElement input) => [.. input.GetProperty("data").EnumerateArray().Select(e => e.GetString()!).Distinct()];

    private static DataType TypeOf(JsonElement input) => input.GetProperty("datatype").GetString() switch
    {
        "BYTES" => DataType.String,
        "INT64" => DataType.Int64,
        "INT32" => DataType.Int32,
        "FP32" => DataType.Float,
        "FP64" => DataType.Double,
        var other => throw new InvalidDataException($"datatype '{other}'"),
    };
}

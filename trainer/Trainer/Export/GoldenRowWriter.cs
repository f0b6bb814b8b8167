using System.Text.Json;
using System.Text.Json.Nodes;
using Contracts;
using Trainer.Data;

namespace Trainer.Export;

/// <summary>Turns checked rows and their answers into the manifest's golden rows.</summary>
internal static class GoldenRowWriter
{
    /// <summary>
    /// 12 real rows and 4 that leave values out: enough to tell another graph, runtime or coding; few enough to check at every load.
    /// </summary>
    public const int RealRows = 12;
    public const int MissingRows = 4;

    /// <param name="rows">Rows as <see cref="ParityRows"/> builds them: real ones first.</param>
    public static GoldenRows Write(FeatureTable rows, string outputName, float[] outputs)
    {
        var width = outputs.Length / rows.Rows;
        int[] chosen = [.. Enumerable.Range(0, RealRows), .. ChooseMissing(rows)];
        var answers = chosen.SelectMany(row => outputs.AsSpan(row * width, width).ToArray());
        return new GoldenRows
        {
            Tolerance = ParityCheck.Tolerance,
            Inputs = [.. rows.Select(chosen).Columns.Select(ToTensor)],
            Outputs = [new GoldenTensor { Name = outputName, Datatype = "FP32", Shape = [chosen.Length, width], Data = Numbers(answers) }],
        };
    }

    /// <summary>Each next row is the one that leaves out most of the columns that none before left out.</summary>
    private static List<int> ChooseMissing(FeatureTable rows)
    {
        var chosen = new List<int>();
        var uncovered = rows.Columns.ToList();
        for (var i = 0; i < MissingRows; i++)
        {
            var next = Enumerable.Range(RealRows, rows.Rows - RealRows).Except(chosen).MaxBy(row => uncovered.Count(c => c.IsMissing(row)));
            chosen.Add(next);
            uncovered.RemoveAll(c => c.IsMissing(next));
        }
        return chosen;
    }

    private static GoldenTensor ToTensor(FeatureColumn column) => new()
    {
        Name = column.Name,
        Datatype = column.Numbers is null ? "BYTES" : "FP32",
        Shape = [column.Rows, 1],
        Data = column.Numbers is null ? Array(column.Texts!.Select(t => JsonValue.Create(t))) : Numbers(column.Numbers),
    };

    private static JsonElement Numbers(IEnumerable<float> values) => Array(values.Select(v => v switch
    {
        float.NaN => JsonValue.Create("NaN"),
        float.PositiveInfinity => JsonValue.Create("Infinity"),
        float.NegativeInfinity => JsonValue.Create("-Infinity"),
        _ => JsonValue.Create(v),
    }));

    private static JsonElement Array(IEnumerable<JsonNode?> values) => JsonSerializer.SerializeToElement(new JsonArray([.. values]));
}

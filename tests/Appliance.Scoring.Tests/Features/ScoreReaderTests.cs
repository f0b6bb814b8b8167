using System.Text;
using Appliance.Inference;
using Appliance.Inference.Tensors;
using Appliance.Scoring.Features;
using Contracts;

namespace Appliance.Scoring.Tests.Features;

public sealed class ScoreReaderTests
{
    public static TheoryData<Datatype, ScoreKind> Numbers => new()
    {
        { Datatype.Bool, ScoreKind.Bool }, { Datatype.UInt8, ScoreKind.Int64 }, { Datatype.UInt16, ScoreKind.Int64 }, { Datatype.UInt32, ScoreKind.Int64 },
        { Datatype.UInt64, ScoreKind.UInt64 }, { Datatype.Int8, ScoreKind.Int64 }, { Datatype.Int16, ScoreKind.Int64 }, { Datatype.Int32, ScoreKind.Int64 },
        { Datatype.Int64, ScoreKind.Int64 }, { Datatype.FP16, ScoreKind.Single }, { Datatype.BF16, ScoreKind.Single }, { Datatype.FP32, ScoreKind.Single },
        { Datatype.FP64, ScoreKind.Double },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Every_number_is_read_in_its_own_kind(Datatype datatype, ScoreKind kind)
    {
        var bench = await RunAsync(datatype, columns: 2);
        for (var row = 0; row < 2; row++)
        {
            for (var column = 0; column < 2; column++)
            {
                var score = bench.Instance.Score(row) / (column + 1);
                var value = new ScoreReader(bench.Binding, bench.Entry).Read(row, column);
                Assert.Equal(kind, value.Kind);
                if (kind is ScoreKind.Single or ScoreKind.Double) Assert.Equal(score, value.Number, datatype == Datatype.BF16 ? 0.01 : 0.001);
                else Assert.Equal(kind == ScoreKind.Bool ? (score >= 0.5 ? 1 : 0) : (long)Math.Round(score * 100), value.Integer);
            }
        }
    }

    [Fact]
    public async Task Texts_are_found_in_any_order_of_reading()
    {
        var bench = await RunAsync(Datatype.Bytes, columns: 2);
        var reader = new ScoreReader(bench.Binding, bench.Entry);
        // Row 0 scores 0.5, row 1 scores 0.95; the second column holds half of it.
        (int Row, int Column, string Text)[] expected = [(1, 1, "no"), (0, 0, "yes"), (0, 1, "no"), (1, 0, "yes"), (0, 0, "yes")];
        foreach (var (row, column, text) in expected) Assert.Equal(text, Encoding.UTF8.GetString(reader.Read(row, column).Text));
    }

    [Fact]
    public async Task A_manifest_picks_columns_and_gives_levels()
    {
        var manifest = new ModelManifest
        {
            Outputs =
            [
                new ManifestOutput { Name = "half", Output = "y", Column = 1 },
                new ManifestOutput { Name = "whole", Output = "y", Column = 0, Levels = [new LevelBand { Name = "high", Min = 0.9 }, new LevelBand { Name = "low" }] },
            ],
        };
        var bench = await RunAsync(Datatype.FP32, columns: 2, manifest);
        Assert.Single(bench.Entry.Outputs.ToArray());
        Assert.Equal(1, bench.Binding.LevelScore);
        var reader = new ScoreReader(bench.Binding, bench.Entry);
        Assert.Null(reader.Read(1, 0).Band);
        Assert.Equal("low", reader.Read(0, 1).Band!.Name);
        Assert.Equal("high", reader.Read(1, 1).Band!.Name);
    }

    private static async Task<RowBench> RunAsync(Datatype datatype, int columns, ModelManifest? manifest = null)
    {
        var signature = new ModelSignature([new TensorSpec("x", Datatype.FP32, [1], true)], [new TensorSpec("y", datatype, [columns], true)], 8);
        var bench = new RowBench(signature, manifest, 0, 3);
        Assert.True(bench.Write(RowPath.Array, [("x", 0.0)], [("x", 1.0)]));
        Assert.Equal(ScoreStatus.Ok, await bench.RunAsync());
        return bench;
    }
}

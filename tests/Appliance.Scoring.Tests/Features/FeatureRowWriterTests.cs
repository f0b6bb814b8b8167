using System.Buffers.Binary;
using System.Text.Json;
using Appliance.Inference;
using Appliance.Inference.Tensors;
using Appliance.Scoring.Features;
using Contracts;
using TestKit;

namespace Appliance.Scoring.Tests.Features;

public sealed class FeatureRowWriterTests
{
    private const int Wide = 130;

    [Fact]
    public void Rows_in_any_order_become_tensors_in_the_graphs_order()
    {
        var bench = new RowBench(Numbers(3), Columns(3));
        Assert.True(bench.Write(RowPath.Array, [("f2", 3.0), ("f0", 1.0), ("f1", 2.0)], [("f0", 4), ("f1", 5.5), ("f2", -6.25)]));
        Assert.Equal([1, 2, 3, 4, 5.5f, -6.25f], bench.Floats(0));
        Assert.Equal([2, 3], bench.Entry.ShapeOf(bench.Entry.Inputs[0]).ToArray());
        Assert.Equal("x"u8, bench.Entry.Inputs[0].Name.Span);
    }

    [Fact]
    public async Task Written_rows_bind_run_and_answer()
    {
        var bench = new RowBench(Numbers(3), Columns(3), bias: 0.1, 0.5, -0.25, 2);
        Assert.True(bench.Write(RowPath.Array, [("f0", 1), ("f1", 2), ("f2", 0.5)], [("f0", 3), ("f1", -1), ("f2", -0.75)]));
        Assert.Equal(ScoreStatus.Ok, await bench.RunAsync());
        var reader = new ScoreReader(bench.Binding, bench.Entry);
        Assert.Equal(2, reader.Rows);
        Assert.Equal((float)bench.Instance.Score(1, 2, 0.5), (float)reader.Read(0, 0).Number);
        Assert.Equal((float)bench.Instance.Score(3, -1, -0.75), (float)reader.Read(1, 0).Number);
    }

    [Fact]
    public void Features_past_the_first_word_of_the_bitmap_are_tracked()
    {
        var bench = new RowBench(Numbers(Wide), Columns(Wide));
        var row = Enumerable.Range(0, Wide).Reverse().Select(i => ($"f{i}", (object?)(double)i)).ToArray();
        Assert.True(bench.Write(RowPath.Single, row));
        Assert.Equal(Enumerable.Range(0, Wide).Select(i => (float)i), bench.Floats(0));
        Assert.Equal("features.f129 is given twice", new RowBench(Numbers(Wide), Columns(Wide)).Refused(RowPath.Single, [("f129", 1), .. row]).Error);
        Assert.StartsWith("features.f64 is missing", new RowBench(Numbers(Wide), Columns(Wide)).Refused(RowPath.Single, [.. row.Where(f => f.Item1 != "f64")]).Error);
    }

    [Fact]
    public void What_one_row_gave_is_not_taken_as_given_by_the_next()
    {
        var (error, field) = new RowBench(Numbers(2), Columns(2)).Refused(RowPath.Array, [("f0", 1), ("f1", 2)], [("f0", 1)]);
        Assert.Equal("[1].features.f1 is missing; it must be a number, and model 'm' has no default for it", error);
        Assert.Equal("[1].features.f1", field);
    }

    [Fact]
    public void A_feature_left_out_takes_its_default()
    {
        var manifest = Columns(3);
        manifest.Features[1].Default = Json("7.5");
        manifest.Features[2].Default = Json("null");
        var bench = new RowBench(Numbers(3), manifest);
        Assert.True(bench.Write(RowPath.Array, [("f0", 1)], [("f0", 2), ("f1", 3), ("f2", 4)]));
        Assert.Equal([1, 7.5f, float.NaN, 2, 3, 4], bench.Floats(0));
    }

    [Fact]
    public void Null_is_NaN_for_a_double()
    {
        var bench = new RowBench(Numbers(1), Columns(1));
        Assert.True(bench.Write(RowPath.Single, [("f0", null)]));
        Assert.True(float.IsNaN(bench.Floats(0)[0]));
    }

    [Fact]
    public void Texts_are_laid_out_raw_and_in_column_order()
    {
        var signature = new ModelSignature([new TensorSpec("t", Datatype.Bytes, [2], true)], [new TensorSpec("y", Datatype.FP32, [1], true)], 8);
        var manifest = new ModelManifest
        {
            Features =
            [
                new ManifestFeature { Name = "plan", Type = "string", Input = "t", Column = 1, Default = Json("\"免费\"") },
                new ManifestFeature { Name = "city", Type = "string", Input = "t", Column = 0 },
            ],
        };
        var bench = new RowBench(signature, manifest);
        Assert.True(bench.Write(RowPath.Array, [("plan", "gold"), ("city", "北京")], [("city", "")]));
        Assert.Equal(["北京", "gold", "", "免费"], Strings(bench.Tensor(0)));
    }

    public static TheoryData<Datatype, long, long> WholeNumberTypes => new()
    {
        { Datatype.Int8, sbyte.MinValue, sbyte.MaxValue },
        { Datatype.Int16, short.MinValue, short.MaxValue },
        { Datatype.Int32, int.MinValue, int.MaxValue },
        { Datatype.Int64, long.MinValue, long.MaxValue },
        { Datatype.UInt8, 0, byte.MaxValue },
        { Datatype.UInt16, 0, ushort.MaxValue },
        { Datatype.UInt32, 0, uint.MaxValue },
        { Datatype.UInt64, 0, long.MaxValue },
    };

    [Theory]
    [MemberData(nameof(WholeNumberTypes))]
    public void Whole_numbers_are_stored_in_the_tensors_width_and_refused_outside_it(Datatype datatype, long min, long max)
    {
        var bench = new RowBench(Single(datatype));
        Assert.True(bench.Write(RowPath.Array, [("x", min)], [("x", max)], [("x", 1.0)]));
        var size = datatype.Size();
        byte[] expected = [.. BitConverter.GetBytes(min)[..size], .. BitConverter.GetBytes(max)[..size], .. BitConverter.GetBytes(1L)[..size]];
        Assert.Equal(expected, bench.Tensor(0));
        if (max < long.MaxValue)
        {
            Assert.Equal($"features.x is {max + 1}; it must be between {min} and {max}", new RowBench(Single(datatype)).Refused(RowPath.Single, [("x", max + 1)]).Error);
        }
        if (min > long.MinValue)
        {
            Assert.Equal($"features.x is {min - 1}; it must be between {min} and {max}", new RowBench(Single(datatype)).Refused(RowPath.Single, [("x", min - 1)]).Error);
        }
    }

    [Theory]
    [InlineData(Datatype.FP16, 65504.0, 65520.0)]
    [InlineData(Datatype.BF16, 3.3895313892515355e38, 3.4e38)]
    [InlineData(Datatype.FP32, 3.4028234663852886e38, 3.5e38)]
    [InlineData(Datatype.FP64, double.MaxValue, double.PositiveInfinity)]
    public void Floats_take_their_largest_number_and_none_above(Datatype datatype, double largest, double above)
    {
        Assert.True(new RowBench(Single(datatype)).Write(RowPath.Array, [("x", largest)], [("x", -largest)], [("x", double.NaN)]));
        Assert.Contains("it must be between", new RowBench(Single(datatype)).Refused(RowPath.Single, [("x", above)]).Error);
        Assert.Contains("it must be between", new RowBench(Single(datatype)).Refused(RowPath.Single, [("x", -above)]).Error);
    }

    [Fact]
    public void A_whole_number_too_large_for_a_float_is_refused_like_any_other() =>
        Assert.Equal("features.x is 65505; it must be between -65504 and 65504", Refusal(Single(Datatype.FP16), null, 65505));

    [Fact]
    public void Half_and_brain_floats_are_rounded_to_nearest()
    {
        var half = new RowBench(Single(Datatype.FP16));
        Assert.True(half.Write(RowPath.Single, [("x", 0.1)]));
        Assert.Equal((Half)0.1, BinaryPrimitives.ReadHalfLittleEndian(half.Tensor(0)));
        var brain = new RowBench(Single(Datatype.BF16));
        // 1 + 2^-8 lies between the neighbours 1 and 1 + 2^-7: the tie goes to the even one. A little more goes up.
        Assert.True(brain.Write(RowPath.Array, [("x", 1.00390625)], [("x", 1.0039064)], [("x", -2.5)]));
        Assert.Equal([0x3F80, 0x3F81, 0xC020], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(brain.Tensor(0)).ToArray());
    }

    [Fact]
    public void Truth_values_go_into_numbers_as_0_and_1()
    {
        foreach (var datatype in new[] { Datatype.Bool, Datatype.Int32, Datatype.FP32, Datatype.FP64 })
        {
            var manifest = new ModelManifest { Features = [new ManifestFeature { Name = "x", Type = "bool", Input = "x" }] };
            var bench = new RowBench(Single(datatype), manifest);
            Assert.True(bench.Write(RowPath.Array, [("x", true)], [("x", false)]));
            byte[] one = datatype switch
            {
                Datatype.Bool => [1],
                Datatype.Int32 => BitConverter.GetBytes(1),
                Datatype.FP32 => BitConverter.GetBytes(1f),
                _ => BitConverter.GetBytes(1d),
            };
            Assert.Equal([.. one, .. new byte[one.Length]], bench.Tensor(0));
        }
    }

    [Fact]
    public void A_wrong_kind_of_value_is_refused_with_the_value_and_the_rule()
    {
        Assert.Equal("features.f0 is \"ten\"; it must be a number", Refusal(Numbers(1), Columns(1), "ten"));
        Assert.Equal("features.f0 is true; it must be a number", Refusal(Numbers(1), Columns(1), true));
        Assert.Equal("features.f0 is an array; it must be a number", Refusal(Numbers(1), Columns(1), Array.Empty<int>()));
        Assert.Equal("features.x is 1.5; it must be a whole number", Refusal(Single(Datatype.Int32), null, 1.5));
        Assert.Equal("features.x is NaN; it must be a whole number", Refusal(Single(Datatype.Int32), null, double.NaN));
        Assert.Equal("features.x is null; it must be a whole number", Refusal(Single(Datatype.Int32), null, null));
        Assert.Equal("features.x is 1; it must be true or false", Refusal(Single(Datatype.Bool), null, 1));
        Assert.Equal("features.x is 1; it must be a string", Refusal(Single(Datatype.Bytes), null, 1));
        Assert.Equal("features.x is null; it must be a string", Refusal(Single(Datatype.Bytes), null, null));
    }

    [Fact]
    public void A_long_text_is_quoted_only_in_part()
    {
        var error = Refusal(Numbers(1), Columns(1), new string('a', 1000));
        Assert.Equal($"features.f0 is \"{new string('a', 60)}...\"; it must be a number", error);
    }

    [Fact]
    public void An_unknown_feature_is_refused_with_the_names_it_may_have_meant()
    {
        var koc = new RowBench(KocPotential.Signature(), KocPotential.Manifest());
        var (error, field) = koc.Refused(RowPath.Array, [("share_cuont", 1)]);
        Assert.Equal("[0].features.share_cuont is not a feature of model 'm'; did you mean 'share_count'?", error);
        Assert.Equal("[0].features.share_cuont", field);
    }

    [Fact]
    public void An_unknown_feature_like_no_other_is_answered_with_the_known_ones()
    {
        var (error, _) = new RowBench(KocPotential.Signature(), KocPotential.Manifest()).Refused(RowPath.Rows, [("zip", 1)]);
        Assert.Equal("rows[0].features.zip is not a feature of model 'm'; its features are 'consumption_amount', 'share_count', 'social_interaction_score'", error);
    }

    [Fact]
    public void More_rows_than_the_model_takes_are_refused()
    {
        var rows = Enumerable.Repeat<(string, object?)[]>([("f0", 1)], 9).ToArray();
        Assert.Equal(("the request holds more than 8 rows, which is all that model 'm' takes at once", null), new RowBench(Numbers(1), Columns(1)).Refused(RowPath.Array, rows));
        Assert.True(new RowBench(Numbers(1), Columns(1)).Write(RowPath.Array, rows[..8]));
        Assert.Equal("rows", new RowBench(Numbers(1), Columns(1)).Refused(RowPath.Rows, rows).Field);
    }

    [Fact]
    public void No_row_at_all_is_refused() =>
        Assert.Equal("the request holds no row; it must hold 1 to 8", new RowBench(Numbers(1), Columns(1)).Refused(RowPath.Array).Error);

    [Fact]
    public async Task A_model_without_a_batch_dimension_takes_one_row()
    {
        var signature = new ModelSignature([new TensorSpec("x", Datatype.FP32, [2], false)], [new TensorSpec("y", Datatype.FP32, [1], false)], 0);
        var bench = new RowBench(signature, Columns(2), 0, 1, 1);
        Assert.True(bench.Write(RowPath.Single, [("f0", 0.5), ("f1", 1)]));
        Assert.Equal([2], bench.Entry.ShapeOf(bench.Entry.Inputs[0]).ToArray());
        Assert.Equal(ScoreStatus.Ok, await bench.RunAsync());
        Assert.Contains("more than 1 row,", new RowBench(signature, Columns(2)).Refused(RowPath.Array, [("f0", 0.5), ("f1", 1)], [("f0", 0.5), ("f1", 1)]).Error);
    }

    private static string Refusal(ModelSignature signature, ModelManifest? manifest, object? value) =>
        new RowBench(signature, manifest).Refused(RowPath.Single, [(manifest is null ? "x" : "f0", value)]).Error;

    private static ModelSignature Numbers(int columns) => new([new TensorSpec("x", Datatype.FP32, [columns], true)], [new TensorSpec("y", Datatype.FP32, [1], true)], 8);

    private static ModelSignature Single(Datatype datatype) => new([new TensorSpec("x", datatype, [1], true)], [new TensorSpec("y", Datatype.FP32, [1], true)], 8);

    private static ModelManifest Columns(int columns) => new() { Features = [.. Enumerable.Range(0, columns).Select(i => new ManifestFeature { Name = $"f{i}", Input = "x", Column = i })] };

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static List<string> Strings(byte[] raw)
    {
        var texts = new List<string>();
        for (var at = 0; at < raw.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(raw.AsSpan(at));
            texts.Add(System.Text.Encoding.UTF8.GetString(raw, at + 4, length));
            at += 4 + length;
        }
        return texts;
    }
}

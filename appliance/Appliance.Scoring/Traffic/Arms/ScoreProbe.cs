// Hot path of models whose requests are split.
using System.Buffers.Binary;
using System.IO.Hashing;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using Appliance.Scoring.Features;

namespace Appliance.Scoring.Traffic.Arms;

/// <summary>
/// Where the one number of a row stands that versions are compared by: the first score of the version's manifest, else the first element of its first
/// output of floating-point numbers, else of its first output of numbers, else the texts of its first output of strings. Immutable.
/// </summary>
public sealed class ScoreProbe
{
    /// <summary>Rows of a request that are looked at. 64: what a batch of one caller usually has; more would hold up the others in the batch.</summary>
    public const int MaxRows = 64;

    private readonly int _output, _column, _rowElements;
    private readonly Datatype _datatype;

    private ScoreProbe(ServingModel model, int output, int column, int rowElements)
    {
        Model = model;
        _output = output;
        _column = column;
        _rowElements = rowElements;
        _datatype = output < 0 ? Datatype.None : model.Signature.Outputs[output].Datatype;
    }

    /// <summary>Whether what is read stands for texts: two are the same or not, and there is no distance between them.</summary>
    public bool IsText => _datatype == Datatype.Bytes;

    /// <summary>The version that it was made for.</summary>
    public ServingModel Model { get; }

    /// <summary>The output's place in the signature; -1 where the version answers with nothing that can be compared.</summary>
    public int Output => _output;

    public static ScoreProbe Of(ServingModel model)
    {
        if (model.Manifest is { Outputs.Count: > 0 } && FeatureBinding.Of(model) is { Refusal: null, Scores: [var score, ..] } binding && IsNumber(score.Datatype))
        {
            var spec = binding.Outputs[score.OutputSlot];
            return new ScoreProbe(model, Array.IndexOf(model.Signature.Outputs, spec), score.Column, score.RowElements);
        }
        var outputs = model.Signature.Outputs;
        var at = Array.FindIndex(outputs, o => o.Datatype is Datatype.FP32 or Datatype.FP64 or Datatype.FP16 or Datatype.BF16);
        if (at < 0) at = Array.FindIndex(outputs, o => IsNumber(o.Datatype));
        if (at < 0) at = Array.FindIndex(outputs, o => o.Datatype == Datatype.Bytes);
        return new ScoreProbe(model, at, 0, 0);
    }

    /// <summary>Reads the scores of an answered entry; returns how many there are.</summary>
    /// <param name="scores">Room for <see cref="MaxRows"/>.</param>
    public int Read(BatchEntry entry, Span<double> scores)
    {
        if (_output < 0) return 0;
        foreach (ref var view in entry.Outputs)
        {
            if (view.Index != _output) continue;
            if (IsText) return ReadTexts(entry, in view, scores);
            var bytes = entry.BytesOf(view);
            var size = _datatype.Size();
            if (entry.Rows == 0) return 0;
            var rows = Math.Min(entry.Rows, scores.Length);
            // Shapes that the graph leaves open are known from the answer.
            var stride = _rowElements > 0 ? _rowElements : bytes.Length / size / entry.Rows;
            if (stride == 0 || bytes.Length < rows * stride * size) return 0;
            for (var row = 0; row < rows; row++) scores[row] = ScoreReader.NumberOf(_datatype, bytes[(((row * stride) + _column) * size)..]);
            return rows;
        }
        return 0;
    }

    // A row's texts as 52 bits of their hash, which a double holds exactly.
    private static int ReadTexts(BatchEntry entry, in OutputView view, Span<double> texts)
    {
        var elements = 1L;
        foreach (var dim in entry.ShapeOf(view)) elements *= dim;
        if (entry.Rows == 0 || elements % entry.Rows != 0) return 0;
        var rest = entry.BytesOf(view);
        var rows = Math.Min(entry.Rows, texts.Length);
        for (var row = 0; row < rows; row++)
        {
            var length = 0;
            for (var i = 0L; i < elements / entry.Rows; i++) length += sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(rest[length..]);
            texts[row] = XxHash64.HashToUInt64(rest[..length]) >> 12;
            rest = rest[length..];
        }
        return rows;
    }

    private static bool IsNumber(Datatype datatype) => datatype is not (Datatype.None or Datatype.Bytes);
}

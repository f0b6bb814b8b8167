using Appliance.Inference.Batching;
using Appliance.Scoring.Traffic.Arms;

namespace Appliance.Scoring.Traffic.Shadows;

/// <summary>A copy of an answered request with the scores that its caller was given. Owned by one lane, which uses it again.</summary>
internal sealed class ShadowRequest
{
    private readonly double[] _served = new double[ScoreProbe.MaxRows];
    private int _rows;

    /// <summary>The copy, in memory of its own.</summary>
    public BatchEntry Entry { get; } = new();

    /// <summary>The scores that were served, a row each.</summary>
    public ReadOnlySpan<double> Served => _served.AsSpan(0, _rows);

    /// <summary>Whether the scores stand for texts.</summary>
    public bool ServedIsText { get; private set; }

    /// <summary>Bytes that the tensors of a request take.</summary>
    public static long SizeOf(BatchEntry entry)
    {
        var bytes = 0L;
        foreach (ref var input in entry.Inputs) bytes += input.Name.Length + input.Content.Length;
        return bytes;
    }

    /// <summary>Takes a copy of the tensors; what the transport holds is not touched afterwards.</summary>
    public void Fill(BatchEntry source, int bytes, ReadOnlySpan<double> served, bool isText = false)
    {
        var memory = Entry.RentScratch(bytes);
        foreach (ref var input in source.Inputs)
        {
            ref var copy = ref Entry.AddInput();
            copy.Datatype = input.Datatype;
            copy.Typed = input.Typed;
            copy.Rank = input.Rank;
            copy.Name = Move(input.Name.Span, ref memory);
            copy.Content = Move(input.Content.Span, ref memory);
            foreach (var dim in source.ShapeOf(input)) Entry.AddDim(dim);
        }
        served.CopyTo(_served);
        _rows = served.Length;
        ServedIsText = isText;
    }

    private static ReadOnlyMemory<byte> Move(ReadOnlySpan<byte> bytes, ref Memory<byte> memory)
    {
        var place = memory[..bytes.Length];
        bytes.CopyTo(place.Span);
        memory = memory[bytes.Length..];
        return place;
    }
}

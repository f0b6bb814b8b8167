namespace Appliance.LoadGen.Arrivals;

/// <summary>Chooses one of several by Zipf's law with exponent 1: the k-th as often as 1/k of the first. The seed decides. Not thread-safe.</summary>
internal sealed class ZipfChoice
{
    private readonly double[] _upTo;
    private readonly Random _random;

    public ZipfChoice(int count, int seed)
    {
        _random = new Random(seed);
        _upTo = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++) _upTo[i] = sum += 1.0 / (i + 1);
        for (var i = 0; i < count; i++) _upTo[i] /= sum;
    }

    public int Next()
    {
        var at = Array.BinarySearch(_upTo, _random.NextDouble());
        return Math.Min(at < 0 ? ~at : at + 1, _upTo.Length - 1);
    }
}

namespace FeatureBench.Folders;

/// <summary>The values of the measured view: 64 floats from -1 to 1 that follow from entity and place, so that every program knows them.</summary>
internal static class VectorValues
{
    public const int Width = 64;

    public static float Of(long id, int place) => (((id * 31) + (place * 7)) % 2001 / 1000f) - 1;
}

using System.Buffers.Binary;

namespace FeatureBench.Store;

/// <summary>Keys as the store has them: view number, then the entity's id.</summary>
internal static class FeatureKeys
{
    public const int Bytes = 12;

    public static void Write(Span<byte> target, long id)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, 7);
        BinaryPrimitives.WriteInt64LittleEndian(target[4..], id);
    }
}

using FeatureModel.Values;

namespace Appliance.Features.Reading;

/// <summary>A column that identifies an entity.</summary>
/// <param name="Name">As callers name it.</param>
/// <param name="Type">Int64 or String.</param>
public sealed record JoinKey(string Name, FeatureDataType Type)
{
    /// <summary>The name as events have it.</summary>
    public ReadOnlySpan<byte> Utf8Name => _utf8Name;

    private readonly byte[] _utf8Name = System.Text.Encoding.UTF8.GetBytes(Name);
}

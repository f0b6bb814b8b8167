using System.Text;
using FeatureModel.Values;

namespace Appliance.Host.Cli.Events;

/// <summary>A column that holds a join key. Immutable.</summary>
/// <param name="Column">Its name in the file.</param>
/// <param name="JoinKey">What the event calls it.</param>
/// <param name="Type">int64 or string.</param>
internal sealed record KeyColumn(string Column, string JoinKey, FeatureDataType Type)
{
    public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(JoinKey);
}

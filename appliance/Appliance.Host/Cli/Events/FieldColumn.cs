using FeatureModel.Values;

namespace Appliance.Host.Cli.Events;

/// <summary>A column that becomes a member of an event's data. Immutable.</summary>
internal sealed record FieldColumn(string Name, FeatureDataType Type);

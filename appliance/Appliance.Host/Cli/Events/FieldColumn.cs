using FeatureModel.Values;

namespace Appliance.Host.Cli.Events;

/// <summary>A column that becomes a member of an event's data. Immutable.</summary>
/// <param name="Dimension">Elements that its lists must have; 0 for any number.</param>
internal sealed record FieldColumn(string Name, FeatureDataType Type, int Dimension = 0);

namespace Appliance.Features.Ingest;

/// <summary>Where the events of one source go. Immutable; part of a state of the catalog.</summary>
/// <param name="Schema">The fields of its events.</param>
/// <param name="LatenessMicros">How far an event may lie behind the newest of its partition, in microseconds.</param>
/// <param name="Streams">The stream views over it.</param>
/// <param name="Rows">The batch views that its rows go to.</param>
public sealed record SourceRoute(SourceSchema Schema, long LatenessMicros, IReadOnlyList<StreamTarget> Streams, IReadOnlyList<RowTarget> Rows);

using System.Collections.Immutable;
using System.Text.Json;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;
using FeatureModel.Values;

namespace Appliance.Features.Registry;

/// <summary>Adds revisions to a state, in order. Not thread-safe.</summary>
internal sealed class RegistryBuilder(RegistryState start)
{
    private readonly ImmutableArray<RegistryRevision>.Builder _revisions = start.Revisions.ToBuilder();
    private readonly ImmutableDictionary<(DefinitionKind Kind, string Name), RegisteredObject>.Builder _objects = start.Objects.ToBuilder();
    private readonly ImmutableDictionary<string, ViewLayouts>.Builder _layouts = start.Layouts.ToBuilder();
    private readonly ImmutableDictionary<FeatureReference, int>.Builder _meanings = start.Meanings.ToBuilder();

    /// <exception cref="InvalidDataException">The record does not follow on what is there.</exception>
    public void Add(RevisionRecord record)
    {
        Demand(record.Revision == _revisions.Count + 1, $"revision is {record.Revision}; it must be {_revisions.Count + 1}");
        var revision = new RegistryRevision(record.Revision, record.Time, record.Author, record.Reason);
        _revisions.Add(revision);
        foreach (var change in record.Objects) AddObject(change, revision);
        foreach (var text in record.Breaks)
        {
            Demand(FeatureReference.TryParse(text, out var feature), $"breaks has '{text}'; it must be view:feature");
            _meanings[feature] = _meanings.GetValueOrDefault(feature, 1) + 1;
        }
        foreach (var layout in record.Layouts) AddLayout(layout);
    }

    public RegistryState ToState() => new(_revisions.ToImmutable(), _objects.ToImmutable(), _layouts.ToImmutable(), _meanings.ToImmutable());

    private void AddObject(ObjectRecord change, RegistryRevision revision)
    {
        Demand(DefinitionKinds.TryParse(change.Kind, out var kind),
            $"kind is '{change.Kind}'; it must be one of {string.Join(", ", DefinitionKinds.All.Select(k => k.Word()))}");
        var before = _objects.GetValueOrDefault((kind, change.Name));
        if (change.Version == 0)
        {
            Demand(before is { IsDeleted: false }, $"{change.Kind} '{change.Name}' is deleted, and there is none");
            _objects[(kind, change.Name)] = before! with { DeletedBy = revision };
            return;
        }
        var expected = (before?.Versions.Count ?? 0) + 1;
        Demand(change.Version == expected, $"{change.Kind} '{change.Name}' has version {change.Version}; it must be {expected}");
        var version = Read(change, kind, revision);
        _objects[(kind, change.Name)] = new(kind, change.Name, before is null ? [version] : [.. before.Versions, version], DeletedBy: null)
        {
            BornAt = before is null or { IsDeleted: true } ? change.Version : before.BornAt,
        };
    }

    private static RegisteredVersion Read(ObjectRecord change, DefinitionKind kind, RegistryRevision revision)
    {
        var text = change.Definition?.GetRawText() ?? "";
        Demand(CanonicalJson.Sha256(text) == change.Sha256,
            $"{change.Kind} '{change.Name}' has a definition of another SHA-256 than {change.Sha256}");
        try
        {
            return new(change.Version, CanonicalJson.Read(kind, text), text, change.Sha256!, revision, change.Diff, change.Pins);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{change.Kind} '{change.Name}' cannot be read: {e.Message}", e);
        }
    }

    private void AddLayout(LayoutRecord record)
    {
        var known = _layouts.GetValueOrDefault(record.View);
        var expected = (known?.All.Length ?? 0) + 1;
        Demand(record.Number == expected, $"view '{record.View}' has layout {record.Number}; it must be {expected}");
        Demand(known is null ? _layouts.Values.All(l => l.ViewNumber != record.ViewNumber) : known.ViewNumber == record.ViewNumber,
            $"view '{record.View}' has number {record.ViewNumber}, which is another view's or not its own");
        var layout = new ViewLayout(record.Number, record.ViewVersion, [.. record.Columns.Select(Column)]);
        _layouts[record.View] = known is null ? new(record.View, record.ViewNumber, [layout]) : known with { All = known.All.Add(layout) };
    }

    private static LayoutFeature Column(ColumnRecord column)
    {
        Demand(FeatureDataTypes.TryParse(column.Type, out var type),
            $"column '{column.Name}' has type '{column.Type}'; it must be one of {FeatureDataTypes.AllNames}");
        return new(column.Name, type, column.Dimension, column.Generation);
    }

    private static void Demand(bool holds, string rule)
    {
        if (!holds) throw new InvalidDataException(rule);
    }
}

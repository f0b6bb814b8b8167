using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;

namespace Appliance.Features.Registry;

/// <summary>
/// What is defined, in all its versions, on disk. Thread-safe: readers take <see cref="State"/> without a lock; changes are made one after
/// another. Owns its folder until it is disposed.
/// </summary>
public sealed class FeatureRegistry : IDisposable
{
    /// <summary>Errors or verdicts that a message repeats: more than anybody mends at once.</summary>
    private const int MessageItems = 20;

    // Guards _folder and the writing of _state and _outcomes.
    private readonly Lock _gate = new();
    private readonly RegistryFolder _folder;
    private readonly TimeProvider _time;
    private readonly DefinitionRules _rules;
    private readonly long[] _outcomes = new long[Enum.GetValues<RegistryOutcome>().Length];
    private volatile RegistryState _state;

    private FeatureRegistry(RegistryFolder folder, RegistryState state, TimeProvider time, DefinitionRules rules)
    {
        _folder = folder;
        _state = state;
        _time = time;
        _rules = rules;
    }

    /// <summary>Everything that is registered now.</summary>
    public RegistryState State => _state;

    /// <summary>Changes asked for since opening that ended so.</summary>
    public long Changes(RegistryOutcome outcome) => Volatile.Read(ref _outcomes[(int)outcome]);

    /// <param name="folder">Made where it is missing.</param>
    /// <param name="rules">Must be the same for every opening of a folder: expressions are compared by their normal form.</param>
    /// <exception cref="RegistryCorruptException">A file is not what was written.</exception>
    /// <exception cref="IOException">The folder cannot be read, or another process has it.</exception>
    public static FeatureRegistry Open(string folder, TimeProvider time, DefinitionRules rules)
    {
        var files = RegistryFolder.Open(folder);
        try
        {
            var builder = new RegistryBuilder(RegistryState.Empty);
            files.ReadAll(builder.Add);
            return new(files, builder.ToState(), time, rules);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>What an apply would do; changes nothing.</summary>
    public RegistryPlan Plan(FeatureDefinitions definitions, ApplyMode mode, IReadOnlyList<ServedModel> served)
    {
        var state = _state;
        return Draft(state, Wanted(state, definitions, mode), served).Plan;
    }

    /// <summary>Registers definitions: all of them, or none where one is wrong or a served model would break.</summary>
    /// <param name="served">The models that must go on being served as they are.</param>
    public RegistryResult Apply(FeatureDefinitions definitions, ApplyMode mode, RegistryRequest request, IReadOnlyList<ServedModel> served)
    {
        lock (_gate)
        {
            return Count(Change(Wanted(_state, definitions, mode), request, served));
        }
    }

    /// <summary>
    /// Deletes an object. Its versions can still be described; an object that names it, or a served model that reads it, keeps it.
    /// </summary>
    public RegistryResult Delete(DefinitionKind kind, string name, RegistryRequest request, IReadOnlyList<ServedModel> served)
    {
        lock (_gate)
        {
            var objects = _state.Catalog.Definitions;
            if (objects.Of(kind).Any(d => d.Name == name))
            {
                return Count(Change(FeatureDefinitions.From(objects.All.Where(d => d.ObjectKind != kind || d.Name != name)), request, served));
            }
            var hint = _state.Catalog.Hint(kind, name);
            return Count(new(RegistryOutcome.NotFound, Nothing(_state, []), $"{kind.Word()} is '{name}'; there is none of that name{hint}", _state));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _folder.Dispose();
        }
    }

    private RegistryResult Count(RegistryResult result)
    {
        _outcomes[(int)result.Outcome]++;
        return result;
    }

    private static FeatureDefinitions Wanted(RegistryState state, FeatureDefinitions definitions, ApplyMode mode) =>
        mode == ApplyMode.Replace ? definitions : state.Catalog.Definitions.MergedWith(definitions);

    private RegistryResult Change(FeatureDefinitions wanted, RegistryRequest request, IReadOnlyList<ServedModel> served)
    {
        var state = _state;
        if (request.ExpectedRevision is { } expected && expected != state.Revision)
        {
            return new(RegistryOutcome.Conflict, Nothing(state, []),
                $"expected revision is {expected}; the registry is at {state.Revision}, so plan again", state);
        }
        if (CheckRequest(request) is { Count: > 0 } wrong) return Refused(RegistryOutcome.Invalid, Nothing(state, wrong), state);
        var (plan, record) = Draft(state, wanted, served);
        if (plan.Errors.Count > 0) return Refused(RegistryOutcome.Invalid, plan, state);
        if (plan.BrokenModels.Count > 0) return Refused(RegistryOutcome.Breaking, plan, state);
        if (record is null) return new(RegistryOutcome.Unchanged, plan, $"nothing changes; the registry is at revision {state.Revision}", state);
        record.Time = _time.GetUtcNow();
        record.Author = request.Author;
        record.Reason = request.Reason;
        try
        {
            _folder.Write(record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return new(RegistryOutcome.StorageFailed, plan, $"the revision cannot be written: {e.Message}", state);
        }
        // Built of the record as opening builds it, so that nothing that the caller holds is part of the state.
        var builder = new RegistryBuilder(state);
        builder.Add(record);
        _state = builder.ToState();
        return new(RegistryOutcome.Applied, plan, $"the registry is at revision {_state.Revision}", _state);
    }

    private (RegistryPlan Plan, RevisionRecord? Record) Draft(RegistryState state, FeatureDefinitions wanted, IReadOnlyList<ServedModel> served)
    {
        var errors = DefinitionsValidator.Check(wanted, _rules);
        if (errors.Count > 0) return (Nothing(state, errors), null);
        var changes = DefinitionDiff.Between(state.Catalog.Definitions, wanted, _rules);
        if (changes.Count == 0) return (Nothing(state, []), null);
        var verdicts = CompatibilityPolicy.Judge(state.Catalog, changes, state.FeaturesOf(served));
        var record = RevisionDraft.Make(state, new DefinitionCatalog(wanted), changes, verdicts, _rules);
        NewVersion[] versions =
        [
            .. record.Objects.Select(o => new NewVersion(DefinitionKinds.TryParse(o.Kind, out var kind) ? kind : default, o.Name, o.Version)),
        ];
        return (new(state.Revision, [], changes, verdicts, versions) { AddedWindows = AddedBy(record, state) }, record);
    }

    private ViewWindow[] AddedBy(RevisionRecord record, RegistryState state)
    {
        record.Time = _time.GetUtcNow();
        var builder = new RegistryBuilder(state);
        builder.Add(record);
        var after = builder.ToState();
        return [.. record.Layouts.SelectMany(l => after.WindowsOf(l.View).Except(state.WindowsOf(l.View)))];
    }

    private static List<DefinitionError> CheckRequest(RegistryRequest request)
    {
        var errors = new List<DefinitionError>();
        Check("author", request.Author, RegistryRequest.MaxAuthor);
        Check("reason", request.Reason, RegistryRequest.MaxReason);
        return errors;

        void Check(string field, string value, int most)
        {
            if (!string.IsNullOrWhiteSpace(value) && value.Length <= most) return;
            errors.Add(new("", field, DefinitionErrors.Show(value), $"it must have 1 to {most} characters"));
        }
    }

    private static RegistryPlan Nothing(RegistryState state, IReadOnlyList<DefinitionError> errors) => new(state.Revision, errors, [], [], []);

    private static RegistryResult Refused(RegistryOutcome outcome, RegistryPlan plan, RegistryState state) => new(outcome, plan,
        outcome == RegistryOutcome.Breaking
            ? $"it would break {string.Join(", ", plan.BrokenModels)}: {Some(Reasons(plan))}"
            : Some(plan.Errors), state);

    // Whom they break is said already.
    private static List<ChangeVerdict> Reasons(RegistryPlan plan) => [.. plan.Verdicts.Where(v => v.Models.Count > 0).Select(v => v with { Models = [] })];

    /// <summary>The first of a list, for a message of one line; the plan has all.</summary>
    private static string Some<T>(IReadOnlyList<T> list) =>
        string.Join("; ", list.Take(MessageItems)) + (list.Count > MessageItems ? $"; and {list.Count - MessageItems} more" : "");
}

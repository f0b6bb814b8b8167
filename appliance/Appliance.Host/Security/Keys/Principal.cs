using System.Collections.Frozen;
using System.Text;
using Appliance.Host.Security.Calls;
using Appliance.Inference;
using Appliance.Inference.Batching;

namespace Appliance.Host.Security.Keys;

/// <summary>Somebody who calls, and what they may do. Immutable but for what is left of its budget; thread-safe.</summary>
internal sealed class Principal
{
    private readonly FrozenSet<string>? _models;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _modelsByText;

    public Principal(KeyEntry entry, RequestBudget? budget)
    {
        Name = entry.Name;
        Roles = string.Join(',', entry.Roles);
        foreach (var role in entry.Roles)
        {
            if (Role.TryParse(role, out var rights)) Rights |= rights;
        }
        Budget = budget;
        if (entry.Models is null) return;
        _models = entry.Models.ToFrozenSet(StringComparer.Ordinal);
        _modelsByText = _models.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Name { get; }

    /// <summary>As the keys file has them.</summary>
    public string Roles { get; }

    public Rights Rights { get; }

    /// <summary>Null where its requests are not limited.</summary>
    public RequestBudget? Budget { get; }

    /// <summary>Whether its calls must be about certain models.</summary>
    public bool IsLimitedToModels => _models is not null;

    /// <param name="model">Null or empty for a call that is about no model, or about all.</param>
    public bool MayUse(string? model) => _models is null || (model is { Length: > 0 } && _models.Contains(model));

    /// <summary>Whether it may have a request scored that is decoded.</summary>
    public ScoreStatus Permit(BatchEntry entry) => MayUse(entry.ModelName.Span)
        ? ScoreStatus.Ok
        : entry.Fail(ScoreStatus.NotAllowed, Refused.OfModel(this, Encoding.UTF8.GetString(entry.ModelName.Span)).Message);

    /// <summary>The same of a request of a stream, which is taken from the budget as others are.</summary>
    public ScoreStatus PermitNext(BatchEntry entry) => Budget is null || Budget.TryTake(out var wait)
        ? Permit(entry)
        : entry.Fail(ScoreStatus.RateLimited, Refused.OfRate(this, wait).Message);

    /// <inheritdoc cref="MayUse(string?)"/>
    public bool MayUse(ReadOnlySpan<byte> model)
    {
        // A model's name is a folder's: 255 bytes at most.
        const int MaxName = 255;
        if (_models is null) return true;
        if (model.Length is 0 or > MaxName) return false;
        Span<char> text = stackalloc char[MaxName];
        return _modelsByText.Contains(text[..Encoding.UTF8.GetChars(model, text)]);
    }
}

namespace Appliance.Inference.Repository.Rules;

/// <summary>Collects every field of one configuration that is refused, each cited where it stands. Not thread-safe.</summary>
internal sealed class ConfigRefusals(ModelConfigSource source)
{
    private readonly List<RepositoryError> _errors = [];

    public ModelConfigSource Source => source;

    public IReadOnlyList<RepositoryError> Errors => _errors;

    /// <summary>Refuses the field unless the rule holds for its value; answers whether it does.</summary>
    public bool Require(bool holds, string field, object? value, string rule)
    {
        if (!holds)
        {
            _errors.Add(source.Error(field, value, rule));
        }
        return holds;
    }

    /// <summary>Refuses the field unless the rule holds, where its value is a message and not the point.</summary>
    public bool Require(bool holds, string field, string rule)
    {
        if (!holds)
        {
            Refuse(field, rule);
        }
        return holds;
    }

    /// <summary>Refuses the field whatever its value.</summary>
    public void Refuse(string field, string rule) => _errors.Add(source.Error(field, rule));
}

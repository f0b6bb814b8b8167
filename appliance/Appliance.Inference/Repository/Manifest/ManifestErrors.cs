using Contracts;

namespace Appliance.Inference.Repository.Manifest;

/// <summary>Collects what is wrong with one manifest. Not thread-safe.</summary>
internal sealed class ManifestErrors
{
    private readonly List<RepositoryError> _errors = [];

    public IReadOnlyList<RepositoryError> All => _errors;

    /// <summary>Adds an error unless the rule holds for the field's value; answers whether it does.</summary>
    public bool Require(bool holds, string field, object? value, string rule)
    {
        if (!holds)
        {
            _errors.Add(new(ModelManifest.FileName, field, DisplayValue.Of(value), rule));
        }
        return holds;
    }

    /// <summary>JSON null stands for no value in C# too, where a manifest has none; answers the elements that are there.</summary>
    public IEnumerable<(string Field, T Value)> Each<T>(string field, List<T>? list)
        where T : class
    {
        if (list is null)
        {
            Require(false, field, null, "it must be an array");
            yield break;
        }
        for (var i = 0; i < list.Count; i++)
        {
            if (Require(list[i] is not null, $"{field}[{i}]", null, "an element cannot be null"))
            {
                yield return ($"{field}[{i}]", list[i]);
            }
        }
    }

    /// <summary>A name that must be there and not yet be in the set.</summary>
    public void Name(HashSet<string> names, string field, string? name)
    {
        if (Require(!string.IsNullOrEmpty(name), field, name, "it cannot be empty"))
        {
            Require(names.Add(name!), field, name, "the name is given twice");
        }
    }
}

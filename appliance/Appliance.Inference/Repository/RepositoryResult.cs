using System.Diagnostics.CodeAnalysis;

namespace Appliance.Inference.Repository;

/// <summary>A value read from the model repository, or every reason why there is none. Never both.</summary>
public sealed class RepositoryResult<T>
    where T : class
{
    private RepositoryResult(T? value, IReadOnlyList<RepositoryError> errors)
    {
        Value = value;
        Errors = errors;
    }

    public T? Value { get; }

    public IReadOnlyList<RepositoryError> Errors { get; }

    /// <summary>All errors as one text, a line each; empty when there is a value.</summary>
    public string Reason => string.Join('\n', Errors);

    public static RepositoryResult<T> Of(T value) => new(value, []);

    public static RepositoryResult<T> Refused(params IReadOnlyList<RepositoryError> errors) => errors.Count > 0
        ? new(null, errors)
        : throw new ArgumentException("A refusal names at least one error.", nameof(errors));

    public bool TryGet([NotNullWhen(true)] out T? value)
    {
        value = Value;
        return value is not null;
    }
}

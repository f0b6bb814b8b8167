namespace Trainer;

/// <summary>
/// A failure that the user can act on: bad data, a bad definition, an export that does not hold. Shown without a stack trace.
/// </summary>
internal sealed class TrainerException(string message) : Exception(message);

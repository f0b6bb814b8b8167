namespace Appliance.Inference.Repository.TextFormat;

/// <summary>
/// A token: its kind, its bytes' place in the text, and where it starts. <see cref="Symbol"/> is 0 unless it is a symbol.
/// </summary>
internal readonly record struct Token(TokenKind Kind, int Start, int Length, FieldPosition Position, byte Symbol = 0);

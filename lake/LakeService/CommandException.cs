namespace LakeService;

/// <summary>A command cannot do what it is asked for; the message names the field, its value and the rule.</summary>
public sealed class CommandException(string message) : Exception(message);

namespace Appliance.Host.Cli.Files;

/// <summary>A file, or what the appliance has declared, is not what the command needs: the message says what and why, and the command ends.</summary>
internal sealed class InputException(string message) : Exception(message);

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Appliance.Host.Security.Keys;

namespace Appliance.Host.Cli.Security;

/// <summary>The command line of <c>appliance keys</c>.</summary>
internal sealed class KeysArguments
{
    private static readonly string[] Flags = ["--role", "--models", "--requests-per-second", "--certificate", "--file"];

    /// <summary>add, list or remove.</summary>
    public string Command { get; private set; } = "";

    /// <summary>Empty for list.</summary>
    public string Name { get; private set; } = "";

    public string[] Roles { get; private set; } = [];
    public string[]? Models { get; private set; }
    public int? RequestsPerSecond { get; private set; }

    /// <summary>Null for a principal that gets a key.</summary>
    public string? Certificate { get; private set; }

    /// <summary>Null where the setting Security:KeysFile says it.</summary>
    public string? File { get; private set; }

    public static bool TryParse(IReadOnlyList<string> args, [NotNullWhen(true)] out KeysArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        var read = new KeysArguments();
        arguments = null;
        error = new FlagReader("keys", Flags, []).Read(args, read.Set, read.Take) ?? read.Check();
        if (error is not null) return false;
        arguments = read;
        return true;
    }

    private string? Take(string word)
    {
        if (Command.Length == 0) Command = word;
        else if (Name.Length == 0) Name = word;
        else return $"'{word}' is one word too many for keys {Command}";
        return null;
    }

    private string? Set(string flag, string value)
    {
        switch (flag)
        {
            case "--role":
                Roles = List(value);
                return null;
            case "--models":
                Models = List(value);
                return null;
            case "--certificate":
                Certificate = value;
                return null;
            case "--file":
                File = value;
                return null;
            default:
                var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) && rate <= KeyEntry.MostRequestsPerSecond;
                RequestsPerSecond = rate;
                return isNumber ? null : $"{flag} is '{value}'; it must be 0 to {KeyEntry.MostRequestsPerSecond}";
        }
    }

    private string? Check() => Command switch
    {
        "list" when Name.Length > 0 => $"'{Name}' is one word too many for keys list",
        "list" => null,
        "add" or "remove" when Name.Length == 0 => $"keys {Command} needs the name of a principal",
        "remove" => null,
        "add" when Roles.Length == 0 => $"keys add needs --role: {Role.Names}",
        "add" => null,
        _ => $"keys is '{Command}'; it must be add, list or remove",
    };

    private static string[] List(string value) => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

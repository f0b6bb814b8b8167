using System.Globalization;
using Appliance.Host.Security.Keys;

namespace Appliance.Host.Cli.Security;

/// <summary><c>appliance keys</c>: who may call. Exit codes: 0 done, 1 the file cannot be used or has no such principal, 2 a wrong command line.</summary>
internal sealed class KeysVerb(TextWriter output, TextWriter errors, TimeProvider time)
{
    public static int Run(string[] args) => new KeysVerb(Console.Out, Console.Error, TimeProvider.System).Run(args, VerbSettings.Security().KeysFile);

    /// <summary>Returns the exit code.</summary>
    /// <param name="configured">Setting Security:KeysFile; empty where it is not set.</param>
    public int Run(IReadOnlyList<string> args, string configured)
    {
        if (!KeysArguments.TryParse(args, out var arguments, out var error)) return Refuse(error, 2);
        var path = arguments.File ?? configured;
        if (path.Length == 0) return Refuse("keys needs --file, or the variable APPLIANCE_Security__KeysFile", 2);
        try
        {
            var file = new KeysFile(path);
            return arguments.Command switch
            {
                "add" => Add(arguments, file),
                "remove" => Remove(arguments, file),
                _ => List(file),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Refuse($"the keys file '{path}' cannot be used: {e.Message.TrimEnd('.')}", 1);
        }
    }

    private int Add(KeysArguments arguments, KeysFile file)
    {
        var key = arguments.Certificate is null ? ApiKey.Create() : null;
        var entry = new KeyEntry
        {
            Name = arguments.Name,
            Roles = arguments.Roles,
            Models = arguments.Models,
            RequestsPerSecond = arguments.RequestsPerSecond,
            KeySha256 = key is null ? null : ApiKey.HashOf(key),
            Certificate = arguments.Certificate,
            Created = time.GetUtcNow(),
        };
        if (KeysDocument.Check(entry) is { } wrong) return Refuse(wrong, 2);
        var refusal = file.Change(document =>
        {
            if (document.Principals.Any(p => p.Name == entry.Name)) return $"principal '{entry.Name}' is there already; 'appliance keys remove {entry.Name}' takes it away";
            document.Principals.Add(entry);
            // Whatever the appliance would refuse is refused here.
            PrincipalTable.Create(document, 0, null, time);
            return null;
        });
        if (refusal is not null) return Refuse(refusal, 1);
        if (key is not null)
        {
            output.WriteLine(key);
            errors.WriteLine("This is the key. It is shown once; what is kept is its hash.");
        }
        return 0;
    }

    private int Remove(KeysArguments arguments, KeysFile file)
    {
        var refusal = file.Change(document =>
            document.Principals.RemoveAll(p => p.Name == arguments.Name) > 0 ? null : $"principal '{arguments.Name}' is not in the file");
        return refusal is null ? 0 : Refuse(refusal, 1);
    }

    private int List(KeysFile file)
    {
        foreach (var p in file.Read().Principals)
        {
            var by = p.Certificate is { } certificate ? $"certificate {certificate}" : "key";
            var models = p.Models is null ? "any model" : $"models {string.Join(',', p.Models)}";
            var rate = p.RequestsPerSecond is { } limit ? string.Create(CultureInfo.InvariantCulture, $", {limit} requests a second") : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{p.Name}: {string.Join(',', p.Roles)}; {models}{rate}; by {by}; since {p.Created.UtcDateTime:yyyy-MM-dd}"));
        }
        return 0;
    }

    private int Refuse(string error, int code)
    {
        errors.WriteLine(code == 2 ? $"appliance: {error}. See 'appliance help'." : $"appliance: {error}.");
        return code;
    }
}

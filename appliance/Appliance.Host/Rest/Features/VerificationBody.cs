using System.Text.Json;
using Appliance.Features.Verification;
using FeatureModel.Definitions;

namespace Appliance.Host.Rest.Features;

/// <summary>Reads what is to be verified.</summary>
internal static class VerificationBody
{
    /// <summary>The request of a body, which may be empty; null, or why it is refused.</summary>
    public static RequestRefusal? Parse(ReadOnlyMemory<byte> body, out VerificationRequest request)
    {
        request = new VerificationRequest(null, null);
        if (body.IsEmpty) return null;
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return new("the body must be a JSON object with since and model, each as wanted", null);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Name is not ("since" or "model")) return new($"'{member.Name}' is not a member of this call; it takes since and model", member.Name);
                if (member.Value.ValueKind != JsonValueKind.String) return new($"{member.Name} is {member.Value.GetRawText()}; it must be a string", member.Name);
                if (TrySet(member.Name, member.Value.GetString()!, ref request) is { } refusal) return refusal;
            }
            return null;
        }
        catch (JsonException e)
        {
            return new($"the body is not JSON: {e.Message}", null);
        }
        catch (InvalidOperationException)
        {
            return new("the body holds text that is no Unicode", null);
        }
    }

    /// <summary>Sets one member of a request; null, or why its value is refused.</summary>
    public static RequestRefusal? TrySet(string member, string value, ref VerificationRequest request)
    {
        if (member == "model")
        {
            if (value.Length == 0) return new("model is ''; it must be a model's name", member);
            request = request with { Model = value };
            return null;
        }
        if (!Durations.TryParse(value, out var micros) || micros == 0) return new($"since is '{value}'; {Durations.Rule}, and more than 0", member);
        request = request with { Since = TimeSpan.FromMicroseconds(micros) };
        return null;
    }
}

using System.Text.Json;
using Appliance.Host.Rest.Features;

namespace Appliance.Host.Tests.Features;

public sealed class FeatureSelectionTests
{
    [Fact]
    public void Lists_of_the_same_letters_are_told_apart()
    {
        var keys = new[] { Of("a:b", "c"), Of("a:", "bc"), Of("a:bc"), Of("a:b", "c", ""), Of() }.Select(s => Convert.ToHexString(s.Key)).ToArray();
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void References_come_back_as_they_were_given_escaped_or_not()
    {
        var text = new FeatureSelection();
        text.BeginList();
        var reader = new Utf8JsonReader("""["view:f","\u0076iew:f"]"""u8);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.String) Assert.True(text.TryAddReference(ref reader));
        Assert.Equal(["view:f", "view:f"], text.References());
        Assert.Equal(Of("view:f", "view:f").Key.ToArray(), text.Key.ToArray());
    }

    [Fact]
    public void A_list_an_entity_and_a_service_of_one_name_are_told_apart()
    {
        var selection = new FeatureSelection();
        selection.SelectService("x");
        var service = selection.Key.ToArray();
        selection.SelectEntity("x");
        Assert.NotEqual(service, selection.Key.ToArray());
        Assert.NotEqual(Of("x").Key.ToArray(), selection.Key.ToArray());
        selection.Clear();
        Assert.Equal((SelectionKind.None, 0), (selection.Kind, selection.Key.Length));
    }

    private static FeatureSelection Of(params string[] references)
    {
        var selection = new FeatureSelection();
        selection.BeginList();
        foreach (var reference in references) selection.AddReference(reference);
        return selection;
    }
}

using Appliance.Features.Registry;
using FeatureModel.Definitions;
using TestKit;

namespace Appliance.Features.Tests.Registry;

public sealed class RegistryFolderTests : IDisposable
{
    private readonly RegistryFixture _registry = new();

    public void Dispose() => _registry.Dispose();

    [Fact]
    public void A_registry_that_is_opened_again_is_what_it_was()
    {
        _registry.Apply(MemberDefinitions.Base);
        _registry.Time.Advance(TimeSpan.FromMilliseconds(1.5));
        _registry.Apply(MemberDefinitions.SpentOver("7d"));
        _registry.Delete(DefinitionKind.FeatureService, "whole");
        var before = Text(_registry.State);

        _registry.Reopen();

        Assert.Equal(before, Text(_registry.State));
        Assert.Equal(4, _registry.Apply(MemberDefinitions.Described(1)).State.Revision);
    }

    [Fact]
    public void A_write_that_a_crash_cut_off_is_left_out_at_whatever_byte()
    {
        _registry.Apply(MemberDefinitions.Base);
        var before = Text(_registry.State);
        _registry.Apply(MemberDefinitions.SpentOver("7d"));
        var whole = File.ReadAllBytes(_registry[2]);
        File.Delete(_registry[2]);
        for (var length = 0; length <= whole.Length; length += 97)
        {
            _registry.Close();
            File.WriteAllBytes(_registry[2] + ".next", whole[..length]);
            _registry.Reopen();
            Assert.Equal(before, Text(_registry.State));
            Assert.False(File.Exists(_registry[2] + ".next"));
        }
        Assert.Equal(2, _registry.Apply(MemberDefinitions.SpentOver("7d")).State.Revision);
    }

    [Fact]
    public void Any_bit_that_flips_in_a_file_keeps_the_registry_shut()
    {
        _registry.Apply(MemberDefinitions.Base);
        _registry.Apply(MemberDefinitions.Described(1));
        _registry.Close();
        var whole = File.ReadAllBytes(_registry[1]);
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var flipped = whole.ToArray();
            flipped[random.Next(whole.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(_registry[1], flipped);
            var error = Assert.Throws<RegistryCorruptException>(() => Open().Dispose());
            Assert.Equal("00000001.json", error.File);
            Assert.InRange(error.Line, 1, 2);
        }
        File.WriteAllBytes(_registry[1], whole);
        Open().Dispose();
    }

    [Fact]
    public void A_cut_off_file_in_its_place_keeps_the_registry_shut()
    {
        _registry.Apply(MemberDefinitions.Base);
        _registry.Close();
        var whole = File.ReadAllBytes(_registry[1]);
        for (var length = 0; length < whole.Length; length += 53)
        {
            File.WriteAllBytes(_registry[1], whole[..length]);
            Assert.Throws<RegistryCorruptException>(() => Open().Dispose());
        }
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        _registry.Apply(MemberDefinitions.Base);
        _registry.Apply(MemberDefinitions.Described(1));
        _registry.Apply(MemberDefinitions.Described(2));
        _registry.Close();
        File.Delete(_registry[2]);
        Assert.Equal("00000002.json, line 1: the file is missing, and there is a later one, 00000003.json. Put the file back from a copy; nothing was changed.",
            Assert.Throws<RegistryCorruptException>(() => Open().Dispose()).Message);
    }

    [Fact]
    public void A_file_of_another_number_is_not_taken_for_the_next()
    {
        _registry.Apply(MemberDefinitions.Base);
        _registry.Close();
        File.Copy(_registry[1], _registry[2]);
        var error = Assert.Throws<RegistryCorruptException>(() => Open().Dispose());
        Assert.Equal("00000002.json, line 2: revision is 1; it must be 2. Put the file back from a copy; nothing was changed.", error.Message);
    }

    [Fact]
    public void Other_files_in_the_folder_are_left_alone()
    {
        _registry.Apply(MemberDefinitions.Base);
        _registry.Close();
        File.WriteAllText(Path.Combine(_registry.Folder, "readme.json"), "mine");
        File.Copy(_registry[1], Path.Combine(_registry.Folder, "0000001x.json"));
        _registry.Reopen();
        Assert.Equal(1, _registry.State.Revision);
        Assert.True(File.Exists(Path.Combine(_registry.Folder, "readme.json")));
    }

    [Fact]
    public void A_second_opening_of_the_folder_is_refused_while_the_first_lasts()
    {
        var error = Assert.Throws<IOException>(() => Open().Dispose());
        Assert.Contains("is in use by another process", error.Message, StringComparison.Ordinal);
        _registry.Close();
        Open().Dispose();
    }

    [Fact]
    public void A_disk_that_refuses_changes_nothing_and_the_next_try_goes_on()
    {
        _registry.Apply(MemberDefinitions.Base);
        Directory.CreateDirectory(_registry[2] + ".next");

        var refused = _registry.Apply(MemberDefinitions.Described(1));

        Assert.Equal(RegistryOutcome.StorageFailed, refused.Outcome);
        Assert.StartsWith("the revision cannot be written: ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, _registry.State.Revision);
        Directory.Delete(_registry[2] + ".next");
        Assert.Equal(2, _registry.Apply(MemberDefinitions.Described(1)).State.Revision);
        _registry.Reopen();
        Assert.Equal(2, _registry.State.Revision);
    }

    [Fact]
    public void A_closed_registry_takes_no_change()
    {
        _registry.Apply(MemberDefinitions.Base);
        var closed = _registry.Registry;
        _registry.Reopen();
        Assert.Equal(RegistryOutcome.StorageFailed, closed.Apply(MemberDefinitions.Described(1), ApplyMode.Merge, new("ann", "late"), []).Outcome);
        Assert.Single(Directory.GetFiles(_registry.Folder, "0*.json"));
    }

    private FeatureRegistry Open() => FeatureRegistry.Open(_registry.Folder, _registry.Time, DefinitionRules.Plain);

    private static string Text(RegistryState state) => string.Join("\n",
    [
        .. state.Revisions.Select(r => r.ToString()),
        .. DefinitionKinds.All.SelectMany(kind => state.Objects.Values.Where(o => o.Kind == kind).OrderBy(o => o.Name, StringComparer.Ordinal)).Select(o =>
            $"{o.Kind} {o.Name} {o.DeletedBy} {string.Join(" | ", o.Versions.Select(v => $"{v.Version} {v.CanonicalJson} {v.Sha256} {v.Revision} {string.Join(',', v.Diff)} {string.Join(',', v.Pins)}"))}"),
        .. state.AllLayouts.OrderBy(l => l.View, StringComparer.Ordinal).Select(l =>
            $"{l.View} {l.ViewNumber} {string.Join(" | ", l.All.Select(a => $"{a.Number} {a.ViewVersion} {string.Join(',', a.Features)}"))}"),
        .. state.Meanings.OrderBy(m => m.Key.ToString(), StringComparer.Ordinal).Select(m => m.ToString()),
        .. state.Catalog.Definitions.All.Select(d => d.Name),
    ]);
}

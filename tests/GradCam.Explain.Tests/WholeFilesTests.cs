using GradCam.Gen.Tool.Terminal;

namespace GradCam.Explain.Tests;

/// <summary>Files appear whole and together, or not at all. Alone: one of them discards what any thread is writing, as at the program's end.</summary>
[CollectionDefinition(nameof(WholeFilesTests), DisableParallelization = true)]
[Collection(nameof(WholeFilesTests))]
public sealed class WholeFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("whole-files").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Nothing_is_there_before_all_is_complete()
    {
        using var files = new WholeFiles();
        files.Write(At("new", "a"), stream => stream.WriteByte(1));
        files.Write(At("new", "b"), stream => stream.WriteByte(2));
        Assert.False(File.Exists(At("new", "a")));
        files.Commit();
        Assert.Equal(["a", "b"], Names("new"));
        Assert.Equal([2], File.ReadAllBytes(At("new", "b")));
    }

    [Fact]
    public void A_disk_that_fills_leaves_what_was_there()
    {
        File.WriteAllText(At("a"), "old");
        using (var files = new WholeFiles())
        {
            files.Write(At("a"), stream => stream.WriteByte(1));
            IOException exception = Assert.Throws<IOException>(() => files.Write(At("b"), stream =>
            {
                stream.Write(new byte[100_000]);
                throw new IOException("No space left on device");
            }));
            Assert.Equal($"{At("b")} could not be written: No space left on device", exception.Message);
        }

        Assert.Equal(["a"], Names());
        Assert.Equal("old", File.ReadAllText(At("a")));
    }

    [Fact]
    public void A_program_that_ends_in_the_middle_leaves_nothing()
    {
        using var files = new WholeFiles();
        files.Write(At("a"), stream =>
        {
            stream.WriteByte(1);
            if (!OperatingSystem.IsWindows()) // where what is open cannot be deleted
                WholeFiles.DiscardUnfinished();
        });
        WholeFiles.DiscardUnfinished();
        Assert.Empty(Names());
    }

    [Fact]
    public void A_folder_or_a_read_only_file_is_not_replaced()
    {
        Directory.CreateDirectory(At("folder"));
        File.WriteAllText(At("kept"), "old");
        File.SetAttributes(At("kept"), FileAttributes.ReadOnly);
        using var files = new WholeFiles();
        Assert.Contains("a folder has that name", Assert.Throws<IOException>(() => files.Write(At("folder"), _ => { })).Message, StringComparison.Ordinal);
        Assert.Contains("read-only", Assert.Throws<IOException>(() => files.Write(At("kept"), _ => { })).Message, StringComparison.Ordinal);
        File.SetAttributes(At("kept"), FileAttributes.Normal);
        Assert.Equal("old", File.ReadAllText(At("kept")));
    }

    [Fact]
    public void Without_overwriting_a_file_that_came_meanwhile_is_kept()
    {
        using var files = new WholeFiles();
        files.Write(At("a"), stream => stream.WriteByte(1));
        File.WriteAllText(At("a"), "somebody else's");
        Assert.Throws<IOException>(() => files.Commit(overwrite: false));
        Assert.Equal("somebody else's", File.ReadAllText(At("a")));
    }

    [Fact]
    public void Links_stay_links_modes_stay_and_devices_stay_devices()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.WriteAllText(At("target"), "old");
        File.SetUnixFileMode(At("target"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(At("link"), "target");
        using var files = new WholeFiles();
        files.Write(At("link"), stream => stream.Write("new"u8));
        files.Write("/dev/null", stream => stream.Write("new"u8));
        files.Commit();
        Assert.Equal("target", new FileInfo(At("link")).LinkTarget);
        Assert.Equal("new", File.ReadAllText(At("target")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("target")));
        Assert.Equal("", File.ReadAllText("/dev/null"));
    }

    private string At(params string[] names) => Path.Combine([_folder, .. names]);

    private IEnumerable<string> Names(params string[] folder) =>
        Directory.GetFiles(At(folder)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);
}

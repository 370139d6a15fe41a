using Chatter.Chat.Settings;
using Chatter.Chat.Storage;
using Xunit;

namespace Chatter.Chat.Tests.Storage;

/// <summary>Why a data folder can't be had is told as what it is.</summary>
public sealed class FolderLockTests : IDisposable
{
    private readonly StoreFiles _files = new(Directory.CreateTempSubdirectory("chatter-lock-").FullName);

    public void Dispose() => Directory.Delete(_files.Folder, recursive: true);

    [Fact]
    public void Who_has_it_keeps_all_others_out_and_lets_the_next_one_in()
    {
        using (FolderLock.Take(_files))
        {
            var refused = Assert.Throws<StartupException>(() => FolderLock.Take(_files));
            Assert.Contains(_files.Folder + " is in use by another Chatter process.", refused.Message, StringComparison.Ordinal);
        }
        FolderLock.Take(_files).Dispose();
    }

    /// <summary>A read-only file system and a full disk are refusals of the same kind, but nothing that every test machine can make.</summary>
    [Fact]
    public void A_file_that_can_not_be_opened_is_no_other_process()
    {
        File.CreateSymbolicLink(_files.Lock, _files.Lock);
        var refused = Assert.Throws<StartupException>(() => FolderLock.Take(_files));
        Assert.StartsWith($"The data folder {_files.Folder} can't be written: {refused.InnerException!.Message}. ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("set Chatter:DataPath (environment variable Chatter__DataPath) to another folder.", refused.Message, StringComparison.Ordinal);
    }
}

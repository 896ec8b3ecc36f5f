namespace Lakehouse.BotWorker.Cycles;

/// <summary>The gaps as the PRD in the user's checkout has them now, for people and for the policy.</summary>
internal sealed class GapList(CycleFolders folders)
{
    public async Task<IReadOnlyList<Gap>> ReadAsync(CancellationToken cancellationToken)
    {
        var prd = Path.Combine(folders.Target.Path, GapReader.PrdPath);
        return File.Exists(prd) ? GapReader.Read(await File.ReadAllTextAsync(prd, cancellationToken)) : [];
    }
}

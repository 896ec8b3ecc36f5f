namespace Lakehouse.BotWorker.Cycles;

/// <summary>The three answers that a model may give.</summary>
internal abstract record ProposalAnswer
{
    private ProposalAnswer()
    {
    }

    internal sealed record Files(Proposal Proposal) : ProposalAnswer;

    internal sealed record NothingToDo(string Reason) : ProposalAnswer;

    internal sealed record Cannot(string Reason) : ProposalAnswer;
}

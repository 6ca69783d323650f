using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>How one peer fared under one of its receipts.</summary>
internal sealed record VoteRecordOfPeer(PeerId Peer, string Receipt, int Agreed, int Outvoted, long Tokens)
{
    /// <summary>
    /// Sums up votes that ended with a winner; those that are tied or disputed say nothing of anybody.
    /// </summary>
    public static IReadOnlyList<VoteRecordOfPeer> Of(IReadOnlyList<CountedVote> votes)
    {
        var records = new Dictionary<(PeerId, string), VoteRecordOfPeer>();
        foreach (CountedVote vote in votes)
        {
            if (vote.Result is BallotResult.Won won)
            {
                Add(records, vote.Votes, won.Agreeing, agreed: true);
                Add(records, vote.Votes, won.Outvoted, agreed: false);
            }
        }

        return [.. records.Values];
    }

    private static void Add(
        Dictionary<(PeerId, string), VoteRecordOfPeer> records, IReadOnlyList<Vote> votes, IReadOnlyList<int> places,
        bool agreed)
    {
        foreach (Vote vote in places.Select(p => votes[p]))
        {
            (PeerId, string) key = (vote.Peer, Convert.ToHexStringLower(vote.Answer.Receipt));
            VoteRecordOfPeer record = records.GetValueOrDefault(key) ?? new(key.Item1, key.Item2, 0, 0, 0);
            records[key] = record with
            {
                Agreed = record.Agreed + (agreed ? 1 : 0),
                Outvoted = record.Outvoted + (agreed ? 0 : 1),
                Tokens = record.Tokens + vote.Answer.CompletionTokens,
            };
        }
    }
}

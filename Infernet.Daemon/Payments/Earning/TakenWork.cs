namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// Paid work that was taken up: the payer's gate, which was entered for it, and what its intent allows, which is reserved
/// on its channel: given back by <see cref="Release"/> and <see cref="Leave"/>, once each.
/// </summary>
internal sealed record TakenWork(PayerBook Book, PayerGate Gate, IntentUse Intent, AccountGround Ground)
{
    /// <summary>Nothing more is asked of the channel, which may be closed then.</summary>
    public void Release() => Book.Release(Ground.Channel, Intent);

    /// <summary>Nothing of it stands at the gate any more.</summary>
    public void Leave() => Book.Leave(Ground.Payer);
}

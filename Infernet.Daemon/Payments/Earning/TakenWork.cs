namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// Paid work that was taken up: the payer's gate, which was entered for it, and what its intent allows, which is reserved
/// on its channel. Both end with <see cref="Leave"/>.
/// </summary>
internal sealed record TakenWork(PayerBook Book, PayerGate Gate, IntentUse Intent, AccountGround Ground)
{
    /// <summary>Nothing more comes of it; once.</summary>
    public void Leave()
    {
        Book.Release(Ground.Channel, Intent);
        Book.Leave(Ground.Payer);
    }
}

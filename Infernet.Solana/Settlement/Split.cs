namespace Infernet.Solana.Settlement;

/// <summary>Who gets what of one payment; the four add up to it.</summary>
public readonly record struct Split(ulong Payee, ulong Treasury, ulong Platform, ulong Burned);

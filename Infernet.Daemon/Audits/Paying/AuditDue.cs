using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Paying;

namespace Infernet.Daemon.Audits.Paying;

/// <summary>What an auditor is due for a verdict.</summary>
/// <param name="Charge">As the journal has it.</param>
/// <param name="Account">By which it is paid; whoever settles the due disposes of it.</param>
internal sealed record AuditDue(AuditCharge Charge, PaymentAccount Account);

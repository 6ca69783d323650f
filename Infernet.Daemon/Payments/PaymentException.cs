using Infernet.Core.Api;

namespace Infernet.Daemon.Payments;

/// <summary>
/// A payment, or something else with money, that can't be made; the code is one of <see cref="PaymentCodes"/>, and the
/// message names amount and account and what would be right.
/// </summary>
internal sealed class PaymentException(string code, string message, Exception? inner = null)
    : ApiException(new ApiError { Code = code, Message = message }, inner)
{
    public string Code => Error.Code;
}

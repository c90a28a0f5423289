using Quorate;

namespace Carts;

/// <summary>The database's failures as HTTP's; their messages say which replica said what.</summary>
internal sealed class FailureFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (NotWrittenException failure)
        {
            context.HttpContext.Response.Headers.RetryAfter = "1";
            return Problem(StatusCodes.Status503ServiceUnavailable, "Not now", failure);
        }
        catch (OutcomeUnknownException failure)
        {
            return Problem(StatusCodes.Status504GatewayTimeout, "May be stored or not: set it again, or read the cart", failure);
        }
        catch (ReadTimedOutException failure)
        {
            return Problem(StatusCodes.Status504GatewayTimeout, "Could not be read in time", failure);
        }
    }

    private static IResult Problem(int status, string title, QuorateException failure) => TypedResults.Problem(failure.Message, title: title, statusCode: status);
}

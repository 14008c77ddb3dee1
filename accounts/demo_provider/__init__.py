"""ThaiD (จำลอง): a real, certified OpenID provider (node-oidc-provider) for the demo and the tests, never elsewhere."""

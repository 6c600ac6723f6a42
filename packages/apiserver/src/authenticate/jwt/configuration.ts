import type { Program } from '@dormice/cel';

/** `apiserver.config.k8s.io` AuthenticationConfiguration: whose tokens are believed, and who they are. */
export interface AuthenticationConfiguration {
  jwt: JwtAuthenticator[];
  anonymous?: AnonymousConfiguration;
}

/** Requests without credentials: let in everywhere, at these paths only, or nowhere. */
export interface AnonymousConfiguration {
  enabled: boolean;
  conditions?: { path: string }[];
}

/** A claim with a prefix, or an expression over `claims`. */
export interface ClaimOrExpression {
  claim?: string;
  prefix?: string;
  expression?: string;
}

/** One issuer as the file states it. */
export interface JwtAuthenticator {
  issuer: {
    url: string;
    discoveryURL?: string;
    /** PEM. */
    certificateAuthority?: string;
    audiences: string[];
    audienceMatchPolicy?: string;
    egressSelectorType?: string;
  };
  claimValidationRules?: {
    claim?: string;
    requiredValue?: string;
    expression?: string;
    message?: string;
  }[];
  claimMappings: {
    username: ClaimOrExpression;
    groups?: ClaimOrExpression;
    uid?: Omit<ClaimOrExpression, 'prefix'>;
    extra?: { key: string; valueExpression: string }[];
  };
  userValidationRules?: { expression: string; message?: string }[];
}

/** An issuer whose expressions are read. */
export interface CompiledAuthenticator {
  stated: JwtAuthenticator;
  username: Program | undefined;
  groups: Program | undefined;
  uid: Program | undefined;
  extra: { key: string; program: Program }[];
  claimRules: CompiledRule[];
  userRules: CompiledRule[];
}

export interface CompiledRule {
  expression: string;
  message: string;
  program: Program;
}

/** A configuration that holds. */
export interface CompiledAuthentication {
  issuers: CompiledAuthenticator[];
  anonymous: AnonymousConfiguration | undefined;
}

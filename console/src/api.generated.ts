// Made by `npm run generate-client` from the API's description.
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process lives */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "ok";
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** PostgreSQL and Temporal answer */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "ready";
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{type}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a type of problem means */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    type: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who I am */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Who is recorded as having done what: a person’s ID, or key:<name> */
                            id: string;
                            personId: string | null;
                            role: ("ops" | "lead") | null;
                            scopes: ("cancellations:write" | "tasks:write" | "read" | "admin")[];
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Sign in with an API key */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        key: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Who is recorded as having done what: a person’s ID, or key:<name> */
                            id: string;
                            personId: string | null;
                            role: ("ops" | "lead") | null;
                            scopes: ("cancellations:write" | "tasks:write" | "read" | "admin")[];
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Sign out */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All API keys */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            keys: {
                                id: string;
                                name: string;
                                personId: string | null;
                                scopes: ("cancellations:write" | "tasks:write" | "read" | "admin")[];
                                requestsPerMinute: number;
                                createdAt: string | null;
                                expiresAt: string | null;
                                revokedAt: string | null;
                            }[];
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Make an API key; it is shown only now */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description What it is for, such as offboarding */
                        name: string;
                        scopes: ("cancellations:write" | "tasks:write" | "read" | "admin")[];
                        /** @description Whose it is; tasks are done with a person’s key */
                        personId?: string | null;
                        expiresAt?: string | null;
                        requestsPerMinute?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            key: string;
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API key, at once */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All people */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            people: {
                                id: string;
                                name: string;
                                email: string;
                                /** @enum {string} */
                                role: "ops" | "lead";
                                active: boolean;
                            }[];
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/people/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Enter or change a person */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description 1 to 64 lower-case letters, digits, . _ or - */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        /** Format: email */
                        email: string;
                        /**
                         * @description Leads decide about tasks that cannot be done
                         * @enum {string}
                         */
                        role: "ops" | "lead";
                        /**
                         * @description False for somebody who has left: their keys stop working, and no task is given to them
                         * @default true
                         */
                        active?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            name: string;
                            email: string;
                            /** @enum {string} */
                            role: "ops" | "lead";
                            active: boolean;
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A dealer’s account in the registry */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description 1 to 64 letters, digits, - or _, as CST writes the account */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description 1 to 64 letters, digits, - or _, as CST writes the account */
                            id: string;
                            name: string;
                            effectiveStatus: string;
                            /** @default null */
                            parentSalesAccountId: string | null;
                            /** @default America/Chicago */
                            timeZone: string;
                            /** @default [] */
                            integrations: {
                                /** @enum {string} */
                                kind: "crm" | "dms";
                                vendor: string;
                                dealerId: string;
                            }[];
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Enter or replace a dealer’s account */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description 1 to 64 letters, digits, - or _, as CST writes the account */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        effectiveStatus: string;
                        /** @default null */
                        parentSalesAccountId?: string | null;
                        /** @default America/Chicago */
                        timeZone?: string;
                        /** @default [] */
                        integrations?: {
                            /** @enum {string} */
                            kind: "crm" | "dms";
                            vendor: string;
                            dealerId: string;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description 1 to 64 letters, digits, - or _, as CST writes the account */
                            id: string;
                            name: string;
                            effectiveStatus: string;
                            /** @default null */
                            parentSalesAccountId: string | null;
                            /** @default America/Chicago */
                            timeZone: string;
                            /** @default [] */
                            integrations: {
                                /** @enum {string} */
                                kind: "crm" | "dms";
                                vendor: string;
                                dealerId: string;
                            }[];
                            /** @description False while CST is configured: dealers are then looked up in CST, not in this registry */
                            inUse: boolean;
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The registry, by ID */
        get: {
            parameters: {
                query?: {
                    namePrefix?: string;
                    cursor?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            accounts: {
                                /** @description 1 to 64 letters, digits, - or _, as CST writes the account */
                                id: string;
                                name: string;
                                effectiveStatus: string;
                                /** @default null */
                                parentSalesAccountId: string | null;
                                /** @default America/Chicago */
                                timeZone: string;
                                /** @default [] */
                                integrations: {
                                    /** @enum {string} */
                                    kind: "crm" | "dms";
                                    vendor: string;
                                    dealerId: string;
                                }[];
                            }[];
                            nextCursor: string | null;
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cancellations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cancellations, the newest first */
        get: {
            parameters: {
                query?: {
                    /** @description 1 to 64 letters, digits, - or _, as CST writes the account */
                    account?: string;
                    integration?: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                    /** @description Of any integration, or with `integration` of that one */
                    state?: "running" | "waiting" | "ended" | "refused" | "not_done" | "withdrawn";
                    /** @description Whether anything of it is still under way */
                    open?: "true" | "false";
                    from?: string;
                    to?: string;
                    cursor?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            cancellations: {
                                id: string;
                                account: string;
                                /** @enum {string} */
                                reason: "subscription_cancelled" | "vendor_change";
                                /** @enum {string} */
                                state: "open" | "closed";
                                requestedBy: string;
                                startedAt: string | null;
                                closedAt: string | null;
                                withdrawnAt: string | null;
                                withdrawnBy: string | null;
                                withdrawnBecause: string | null;
                                webUi?: string;
                                integrations: {
                                    /** @enum {string} */
                                    integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                                    vendor: string;
                                    /** @enum {string} */
                                    state: "running" | "waiting" | "ended" | "refused" | "not_done" | "withdrawn";
                                    because: string | null;
                                    updatedAt: string | null;
                                    webUi?: string;
                                    steps: {
                                        step: string;
                                        title: string;
                                        /** @enum {string} */
                                        state: "next" | "running" | "waiting" | "done" | "refused" | "not_done" | "withdrawn";
                                        startedAt?: string;
                                        endedAt?: string;
                                        by?: string;
                                        proof?: string;
                                        waitingOn?: string;
                                        waitingSince?: string;
                                        taskId?: string;
                                    }[];
                                }[];
                            }[];
                            nextCursor: string | null;
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Start a cancellation, or join the one under way */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description New for each new request; the same call with the same key counts once. Remembered for 30 days for the calling system or person, whichever of its API keys it uses. Quoted or bare is the same key */
                    "idempotency-key": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The dealer’s account in CST */
                        account: string;
                        /**
                         * @description DMS vendors, while the parent sales account is Active: refuse, or wait and look again daily
                         * @default refuse
                         * @enum {string}
                         */
                        whenActive?: "refuse" | "wait";
                        /**
                         * @description Only answer with the steps that would happen
                         * @default false
                         */
                        dryRun?: boolean;
                        /** @enum {string} */
                        reason: "subscription_cancelled";
                        /** @description All of the account’s when absent */
                        integrations?: ("crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds")[];
                    } | {
                        /** @description The dealer’s account in CST */
                        account: string;
                        /**
                         * @description DMS vendors, while the parent sales account is Active: refuse, or wait and look again daily
                         * @default refuse
                         * @enum {string}
                         */
                        whenActive?: "refuse" | "wait";
                        /**
                         * @description Only answer with the steps that would happen
                         * @default false
                         */
                        dryRun?: boolean;
                        /** @enum {string} */
                        reason: "vendor_change";
                        /**
                         * @description The one that ends
                         * @enum {string}
                         */
                        integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            dryRun: true;
                            account: string;
                            integrations: {
                                /** @enum {string} */
                                integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                                vendor: string;
                                /** @description What would happen first, as things stand now */
                                outcome: string;
                                steps: {
                                    step: string;
                                    title: string;
                                    /** @enum {string} */
                                    by: "dealerops" | "a person";
                                }[];
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            account: string;
                            /** @enum {string} */
                            state: "open";
                            integrations: ("crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds")[];
                            address: string;
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cancellations/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start up to 1,000 cancellations; each has its own answer, and the same batch again has the same */
        post: {
            parameters: {
                query?: never;
                header: {
                    /** @description New for each new request; the same call with the same key counts once. Remembered for 30 days for the calling system or person, whichever of its API keys it uses. Quoted or bare is the same key */
                    "idempotency-key": string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Each as the body of POST /v1/cancellations */
                        items: {
                            [key: string]: unknown;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                index: number;
                                status: number;
                                started?: {
                                    id: string;
                                    account: string;
                                    /** @enum {string} */
                                    state: "open";
                                    integrations: ("crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds")[];
                                    address: string;
                                } | {
                                    /** @enum {boolean} */
                                    dryRun: true;
                                    account: string;
                                    integrations: {
                                        /** @enum {string} */
                                        integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                                        vendor: string;
                                        /** @description What would happen first, as things stand now */
                                        outcome: string;
                                        steps: {
                                            step: string;
                                            title: string;
                                            /** @enum {string} */
                                            by: "dealerops" | "a person";
                                        }[];
                                    }[];
                                };
                                problem?: components["schemas"]["Problem"];
                            }[];
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cancellations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where a cancellation stands, and what waits for whom since when */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            account: string;
                            /** @enum {string} */
                            reason: "subscription_cancelled" | "vendor_change";
                            /** @enum {string} */
                            state: "open" | "closed";
                            requestedBy: string;
                            startedAt: string | null;
                            closedAt: string | null;
                            withdrawnAt: string | null;
                            withdrawnBy: string | null;
                            withdrawnBecause: string | null;
                            webUi?: string;
                            integrations: {
                                /** @enum {string} */
                                integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                                vendor: string;
                                /** @enum {string} */
                                state: "running" | "waiting" | "ended" | "refused" | "not_done" | "withdrawn";
                                because: string | null;
                                updatedAt: string | null;
                                webUi?: string;
                                steps: {
                                    step: string;
                                    title: string;
                                    /** @enum {string} */
                                    state: "next" | "running" | "waiting" | "done" | "refused" | "not_done" | "withdrawn";
                                    startedAt?: string;
                                    endedAt?: string;
                                    by?: string;
                                    proof?: string;
                                    waitingOn?: string;
                                    waitingSince?: string;
                                    taskId?: string;
                                }[];
                            }[];
                            requests: {
                                /** @enum {string} */
                                reason: "subscription_cancelled" | "vendor_change";
                                integrations: string[];
                                requestedBy: string;
                                requestedAt: string | null;
                            }[];
                            tasks: {
                                id: string;
                                kind: string;
                                title: string;
                                integration: string;
                                state: string;
                                assignee: string | null;
                                dueAt: string | null;
                                closedAt: string | null;
                                closedBy: string | null;
                            }[];
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cancellations/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The audit record: JSON, or with Accept: text/html a page to print */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            account: string;
                            /** @enum {string} */
                            reason: "subscription_cancelled" | "vendor_change";
                            /** @enum {string} */
                            state: "open" | "closed";
                            requestedBy: string;
                            startedAt: string | null;
                            closedAt: string | null;
                            withdrawnAt: string | null;
                            withdrawnBy: string | null;
                            withdrawnBecause: string | null;
                            webUi?: string;
                            integrations: {
                                /** @enum {string} */
                                integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                                vendor: string;
                                /** @enum {string} */
                                state: "running" | "waiting" | "ended" | "refused" | "not_done" | "withdrawn";
                                because: string | null;
                                updatedAt: string | null;
                                webUi?: string;
                                steps: {
                                    step: string;
                                    title: string;
                                    /** @enum {string} */
                                    state: "next" | "running" | "waiting" | "done" | "refused" | "not_done" | "withdrawn";
                                    startedAt?: string;
                                    endedAt?: string;
                                    by?: string;
                                    proof?: string;
                                    waitingOn?: string;
                                    waitingSince?: string;
                                    taskId?: string;
                                }[];
                            }[];
                            requests: {
                                /** @enum {string} */
                                reason: "subscription_cancelled" | "vendor_change";
                                integrations: string[];
                                requestedBy: string;
                                requestedAt: string | null;
                            }[];
                            madeAt: string;
                            tasks: {
                                id: string;
                                title: string;
                                integration: string;
                                state: string;
                                openedAt: string | null;
                                dueAt: string | null;
                                closedAt: string | null;
                                closedBy: string | null;
                                because: string | null;
                                answers: {
                                    [key: string]: string | boolean;
                                } | null;
                            }[];
                            events: {
                                at: string | null;
                                by: string;
                                what: string;
                                detail: string | null;
                                integration: string | null;
                            }[];
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/cancellations/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The customer stays: stop, and set up again what was ended */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        because: string;
                        /** @description All when absent */
                        integrations?: ("crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds")[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            account: string;
                            /** @enum {string} */
                            reason: "subscription_cancelled" | "vendor_change";
                            /** @enum {string} */
                            state: "open" | "closed";
                            requestedBy: string;
                            startedAt: string | null;
                            closedAt: string | null;
                            withdrawnAt: string | null;
                            withdrawnBy: string | null;
                            withdrawnBecause: string | null;
                            webUi?: string;
                            integrations: {
                                /** @enum {string} */
                                integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                                vendor: string;
                                /** @enum {string} */
                                state: "running" | "waiting" | "ended" | "refused" | "not_done" | "withdrawn";
                                because: string | null;
                                updatedAt: string | null;
                                webUi?: string;
                                steps: {
                                    step: string;
                                    title: string;
                                    /** @enum {string} */
                                    state: "next" | "running" | "waiting" | "done" | "refused" | "not_done" | "withdrawn";
                                    startedAt?: string;
                                    endedAt?: string;
                                    by?: string;
                                    proof?: string;
                                    waitingOn?: string;
                                    waitingSince?: string;
                                    taskId?: string;
                                }[];
                            }[];
                            requests: {
                                /** @enum {string} */
                                reason: "subscription_cancelled" | "vendor_change";
                                integrations: string[];
                                requestedBy: string;
                                requestedAt: string | null;
                            }[];
                            tasks: {
                                id: string;
                                kind: string;
                                title: string;
                                integration: string;
                                state: string;
                                assignee: string | null;
                                dueAt: string | null;
                                closedAt: string | null;
                                closedBy: string | null;
                            }[];
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tasks, the most urgent first; the open ones unless a state is named */
        get: {
            parameters: {
                query?: {
                    state?: ("open" | "claimed" | "with_lead" | "done" | "not_done" | "closed") | ("open" | "claimed" | "with_lead" | "done" | "not_done" | "closed")[];
                    /** @description A person’s ID, or `me` */
                    assignee?: string;
                    vendor?: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                    /** @description 1 to 64 letters, digits, - or _, as CST writes the account */
                    account?: string;
                    overdue?: "true" | "false";
                    cursor?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            tasks: {
                                id: string;
                                /** @enum {string} */
                                kind: "dealersocket-form" | "vinsolutions-portal" | "vin-event-stream" | "vin-event-stream-failed" | "elead-mail-by-hand" | "elead-mail-unknown" | "cdk-case" | "cdk-clean-up" | "dealervault-sales" | "dealervault-service" | "set-up-again";
                                cancellationId: string | null;
                                account: string | null;
                                dealerName: string | null;
                                /** @enum {string} */
                                integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                                /** @enum {string} */
                                state: "open" | "claimed" | "with_lead" | "done" | "not_done" | "closed";
                                assignee: string | null;
                                openedAt: string | null;
                                dueAt: string | null;
                                claimedAt: string | null;
                                closedAt: string | null;
                                closedBy: string | null;
                                because: string | null;
                                answers: {
                                    [key: string]: string | boolean;
                                } | null;
                                gated: boolean;
                                content: {
                                    title: string;
                                    url?: string;
                                    instructions: string[];
                                    texts: {
                                        label: string;
                                        value: string;
                                    }[];
                                    fields: {
                                        name: string;
                                        label: string;
                                        /**
                                         * @description What is answered: a text; some words of `of` with commas or blanks between them, or none; true; a value of `choices`
                                         * @enum {string}
                                         */
                                        type: "text" | "list" | "confirm" | "choice";
                                        of?: string[];
                                        choices?: {
                                            value: string;
                                            label: string;
                                        }[];
                                    }[];
                                };
                            }[];
                            nextCursor: string | null;
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A task with all that its person needs */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "dealersocket-form" | "vinsolutions-portal" | "vin-event-stream" | "vin-event-stream-failed" | "elead-mail-by-hand" | "elead-mail-unknown" | "cdk-case" | "cdk-clean-up" | "dealervault-sales" | "dealervault-service" | "set-up-again";
                            cancellationId: string | null;
                            account: string | null;
                            dealerName: string | null;
                            /** @enum {string} */
                            integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                            /** @enum {string} */
                            state: "open" | "claimed" | "with_lead" | "done" | "not_done" | "closed";
                            assignee: string | null;
                            openedAt: string | null;
                            dueAt: string | null;
                            claimedAt: string | null;
                            closedAt: string | null;
                            closedBy: string | null;
                            because: string | null;
                            answers: {
                                [key: string]: string | boolean;
                            } | null;
                            gated: boolean;
                            content: {
                                title: string;
                                url?: string;
                                instructions: string[];
                                texts: {
                                    label: string;
                                    value: string;
                                }[];
                                fields: {
                                    name: string;
                                    label: string;
                                    /**
                                     * @description What is answered: a text; some words of `of` with commas or blanks between them, or none; true; a value of `choices`
                                     * @enum {string}
                                     */
                                    type: "text" | "list" | "confirm" | "choice";
                                    of?: string[];
                                    choices?: {
                                        value: string;
                                        label: string;
                                    }[];
                                }[];
                            };
                            events: {
                                at: string | null;
                                by: string;
                                what: string;
                                detail: string | null;
                            }[];
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin a task: nobody else may finish it then */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": Record<string, never> | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "dealersocket-form" | "vinsolutions-portal" | "vin-event-stream" | "vin-event-stream-failed" | "elead-mail-by-hand" | "elead-mail-unknown" | "cdk-case" | "cdk-clean-up" | "dealervault-sales" | "dealervault-service" | "set-up-again";
                            cancellationId: string | null;
                            account: string | null;
                            dealerName: string | null;
                            /** @enum {string} */
                            integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                            /** @enum {string} */
                            state: "open" | "claimed" | "with_lead" | "done" | "not_done" | "closed";
                            assignee: string | null;
                            openedAt: string | null;
                            dueAt: string | null;
                            claimedAt: string | null;
                            closedAt: string | null;
                            closedBy: string | null;
                            because: string | null;
                            answers: {
                                [key: string]: string | boolean;
                            } | null;
                            gated: boolean;
                            content: {
                                title: string;
                                url?: string;
                                instructions: string[];
                                texts: {
                                    label: string;
                                    value: string;
                                }[];
                                fields: {
                                    name: string;
                                    label: string;
                                    /**
                                     * @description What is answered: a text; some words of `of` with commas or blanks between them, or none; true; a value of `choices`
                                     * @enum {string}
                                     */
                                    type: "text" | "list" | "confirm" | "choice";
                                    of?: string[];
                                    choices?: {
                                        value: string;
                                        label: string;
                                    }[];
                                }[];
                            };
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a task to a person */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description A person’s ID */
                        to: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "dealersocket-form" | "vinsolutions-portal" | "vin-event-stream" | "vin-event-stream-failed" | "elead-mail-by-hand" | "elead-mail-unknown" | "cdk-case" | "cdk-clean-up" | "dealervault-sales" | "dealervault-service" | "set-up-again";
                            cancellationId: string | null;
                            account: string | null;
                            dealerName: string | null;
                            /** @enum {string} */
                            integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                            /** @enum {string} */
                            state: "open" | "claimed" | "with_lead" | "done" | "not_done" | "closed";
                            assignee: string | null;
                            openedAt: string | null;
                            dueAt: string | null;
                            claimedAt: string | null;
                            closedAt: string | null;
                            closedBy: string | null;
                            because: string | null;
                            answers: {
                                [key: string]: string | boolean;
                            } | null;
                            gated: boolean;
                            content: {
                                title: string;
                                url?: string;
                                instructions: string[];
                                texts: {
                                    label: string;
                                    value: string;
                                }[];
                                fields: {
                                    name: string;
                                    label: string;
                                    /**
                                     * @description What is answered: a text; some words of `of` with commas or blanks between them, or none; true; a value of `choices`
                                     * @enum {string}
                                     */
                                    type: "text" | "list" | "confirm" | "choice";
                                    of?: string[];
                                    choices?: {
                                        value: string;
                                        label: string;
                                    }[];
                                }[];
                            };
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a claimed task back to all */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": Record<string, never> | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "dealersocket-form" | "vinsolutions-portal" | "vin-event-stream" | "vin-event-stream-failed" | "elead-mail-by-hand" | "elead-mail-unknown" | "cdk-case" | "cdk-clean-up" | "dealervault-sales" | "dealervault-service" | "set-up-again";
                            cancellationId: string | null;
                            account: string | null;
                            dealerName: string | null;
                            /** @enum {string} */
                            integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                            /** @enum {string} */
                            state: "open" | "claimed" | "with_lead" | "done" | "not_done" | "closed";
                            assignee: string | null;
                            openedAt: string | null;
                            dueAt: string | null;
                            claimedAt: string | null;
                            closedAt: string | null;
                            closedBy: string | null;
                            because: string | null;
                            answers: {
                                [key: string]: string | boolean;
                            } | null;
                            gated: boolean;
                            content: {
                                title: string;
                                url?: string;
                                instructions: string[];
                                texts: {
                                    label: string;
                                    value: string;
                                }[];
                                fields: {
                                    name: string;
                                    label: string;
                                    /**
                                     * @description What is answered: a text; some words of `of` with commas or blanks between them, or none; true; a value of `choices`
                                     * @enum {string}
                                     */
                                    type: "text" | "list" | "confirm" | "choice";
                                    of?: string[];
                                    choices?: {
                                        value: string;
                                        label: string;
                                    }[];
                                }[];
                            };
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The task is done */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description One per field of the task */
                        answers: {
                            [key: string]: string | boolean;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "dealersocket-form" | "vinsolutions-portal" | "vin-event-stream" | "vin-event-stream-failed" | "elead-mail-by-hand" | "elead-mail-unknown" | "cdk-case" | "cdk-clean-up" | "dealervault-sales" | "dealervault-service" | "set-up-again";
                            cancellationId: string | null;
                            account: string | null;
                            dealerName: string | null;
                            /** @enum {string} */
                            integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                            /** @enum {string} */
                            state: "open" | "claimed" | "with_lead" | "done" | "not_done" | "closed";
                            assignee: string | null;
                            openedAt: string | null;
                            dueAt: string | null;
                            claimedAt: string | null;
                            closedAt: string | null;
                            closedBy: string | null;
                            because: string | null;
                            answers: {
                                [key: string]: string | boolean;
                            } | null;
                            gated: boolean;
                            content: {
                                title: string;
                                url?: string;
                                instructions: string[];
                                texts: {
                                    label: string;
                                    value: string;
                                }[];
                                fields: {
                                    name: string;
                                    label: string;
                                    /**
                                     * @description What is answered: a text; some words of `of` with commas or blanks between them, or none; true; a value of `choices`
                                     * @enum {string}
                                     */
                                    type: "text" | "list" | "confirm" | "choice";
                                    of?: string[];
                                    choices?: {
                                        value: string;
                                        label: string;
                                    }[];
                                }[];
                            };
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/cannot-do": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** It cannot be done: a lead decides */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        because: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "dealersocket-form" | "vinsolutions-portal" | "vin-event-stream" | "vin-event-stream-failed" | "elead-mail-by-hand" | "elead-mail-unknown" | "cdk-case" | "cdk-clean-up" | "dealervault-sales" | "dealervault-service" | "set-up-again";
                            cancellationId: string | null;
                            account: string | null;
                            dealerName: string | null;
                            /** @enum {string} */
                            integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                            /** @enum {string} */
                            state: "open" | "claimed" | "with_lead" | "done" | "not_done" | "closed";
                            assignee: string | null;
                            openedAt: string | null;
                            dueAt: string | null;
                            claimedAt: string | null;
                            closedAt: string | null;
                            closedBy: string | null;
                            because: string | null;
                            answers: {
                                [key: string]: string | boolean;
                            } | null;
                            gated: boolean;
                            content: {
                                title: string;
                                url?: string;
                                instructions: string[];
                                texts: {
                                    label: string;
                                    value: string;
                                }[];
                                fields: {
                                    name: string;
                                    label: string;
                                    /**
                                     * @description What is answered: a text; some words of `of` with commas or blanks between them, or none; true; a value of `choices`
                                     * @enum {string}
                                     */
                                    type: "text" | "list" | "confirm" | "choice";
                                    of?: string[];
                                    choices?: {
                                        value: string;
                                        label: string;
                                    }[];
                                }[];
                            };
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/send-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leads: it can be done, do it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        note: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "dealersocket-form" | "vinsolutions-portal" | "vin-event-stream" | "vin-event-stream-failed" | "elead-mail-by-hand" | "elead-mail-unknown" | "cdk-case" | "cdk-clean-up" | "dealervault-sales" | "dealervault-service" | "set-up-again";
                            cancellationId: string | null;
                            account: string | null;
                            dealerName: string | null;
                            /** @enum {string} */
                            integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                            /** @enum {string} */
                            state: "open" | "claimed" | "with_lead" | "done" | "not_done" | "closed";
                            assignee: string | null;
                            openedAt: string | null;
                            dueAt: string | null;
                            claimedAt: string | null;
                            closedAt: string | null;
                            closedBy: string | null;
                            because: string | null;
                            answers: {
                                [key: string]: string | boolean;
                            } | null;
                            gated: boolean;
                            content: {
                                title: string;
                                url?: string;
                                instructions: string[];
                                texts: {
                                    label: string;
                                    value: string;
                                }[];
                                fields: {
                                    name: string;
                                    label: string;
                                    /**
                                     * @description What is answered: a text; some words of `of` with commas or blanks between them, or none; true; a value of `choices`
                                     * @enum {string}
                                     */
                                    type: "text" | "list" | "confirm" | "choice";
                                    of?: string[];
                                    choices?: {
                                        value: string;
                                        label: string;
                                    }[];
                                }[];
                            };
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/end-as-not-done": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leads: end the step as not done */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        because: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "dealersocket-form" | "vinsolutions-portal" | "vin-event-stream" | "vin-event-stream-failed" | "elead-mail-by-hand" | "elead-mail-unknown" | "cdk-case" | "cdk-clean-up" | "dealervault-sales" | "dealervault-service" | "set-up-again";
                            cancellationId: string | null;
                            account: string | null;
                            dealerName: string | null;
                            /** @enum {string} */
                            integration: "crm/dealersocket" | "crm/vinsolutions" | "crm/elead" | "crm/reynolds" | "dms/cdk" | "dms/dealervault" | "dms/reynolds";
                            /** @enum {string} */
                            state: "open" | "claimed" | "with_lead" | "done" | "not_done" | "closed";
                            assignee: string | null;
                            openedAt: string | null;
                            dueAt: string | null;
                            claimedAt: string | null;
                            closedAt: string | null;
                            closedBy: string | null;
                            because: string | null;
                            answers: {
                                [key: string]: string | boolean;
                            } | null;
                            gated: boolean;
                            content: {
                                title: string;
                                url?: string;
                                instructions: string[];
                                texts: {
                                    label: string;
                                    value: string;
                                }[];
                                fields: {
                                    name: string;
                                    label: string;
                                    /**
                                     * @description What is answered: a text; some words of `of` with commas or blanks between them, or none; true; a value of `choices`
                                     * @enum {string}
                                     */
                                    type: "text" | "list" | "confirm" | "choice";
                                    of?: string[];
                                    choices?: {
                                        value: string;
                                        label: string;
                                    }[];
                                }[];
                            };
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/codec/decode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** For Temporal’s Web UI: decode payloads */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        payloads: {
                            metadata?: {
                                [key: string]: string;
                            };
                            data?: string;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            payloads: {
                                metadata?: {
                                    [key: string]: string;
                                };
                                data?: string;
                            }[];
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/codec/encode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** For Temporal’s Web UI: encode payloads */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        payloads: {
                            metadata?: {
                                [key: string]: string;
                            };
                            data?: string;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            payloads: {
                                metadata?: {
                                    [key: string]: string;
                                };
                                data?: string;
                            }[];
                        };
                    };
                };
                /** @description Not as described here */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No valid API key or session */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The scope is missing */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Failed inside */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Try again later */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Any other problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Problem details (RFC 9457) */
        ProblemInput: {
            type: string;
            title: string;
            status: number;
            detail: string;
            errors?: {
                path: string;
                message: string;
            }[];
        };
        /** @description Problem details (RFC 9457) */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            errors?: {
                path: string;
                message: string;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;

--
-- PostgreSQL database dump
--


-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: dispatch_event_is_not_edited(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.dispatch_event_is_not_edited() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN IF true THEN RAISE EXCEPTION 'the event log is append-only' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$;


--
-- Name: dispatch_no_retired_seat(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.dispatch_no_retired_seat() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN IF EXISTS (SELECT 1 FROM responder_seat s WHERE s.responder_id = NEW.responder_id AND s.seat_no = NEW.seat_no AND s.retired) THEN RAISE EXCEPTION 'this seat is retired' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$;


--
-- Name: dispatch_no_retired_slot(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.dispatch_no_retired_slot() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN IF NEW.slot_no IS NOT NULL AND EXISTS (SELECT 1 FROM request_slot s WHERE s.request_id = NEW.request_id AND s.slot_no = NEW.slot_no AND s.retired) THEN RAISE EXCEPTION 'this slot is retired' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: about; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.about (
    key character varying(64) NOT NULL,
    value text NOT NULL
);


--
-- Name: TABLE about; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.about IS 'what this database is: a rehearsal or not, how often it was restored';


--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: bond; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.bond (
    household_id character varying(36) NOT NULL,
    responder_id character varying(36) NOT NULL
);


--
-- Name: TABLE bond; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.bond IS '党员包联: who looks in on whom';


--
-- Name: community; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.community (
    code character varying(64) NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    zone character varying(64) NOT NULL,
    phone_region character varying(2) NOT NULL,
    last_number integer DEFAULT 0 NOT NULL,
    last_sheet integer DEFAULT 0 NOT NULL
);


--
-- Name: delivery; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.delivery (
    id character varying(36) NOT NULL,
    offer_id character varying(36),
    request_id character varying(36) NOT NULL,
    recipient character varying(64) NOT NULL,
    kind character varying(64) NOT NULL,
    occasion integer DEFAULT 1 NOT NULL,
    channel character varying(64) NOT NULL,
    state character varying(64) NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    unknowns integer DEFAULT 0 NOT NULL,
    fence integer DEFAULT 0 NOT NULL,
    lease_until timestamp with time zone,
    next_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    note text DEFAULT ''::text NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    CONSTRAINT ck_delivery_known_recipient CHECK (((recipient)::text = ANY ((ARRAY['resident'::character varying, 'responder'::character varying])::text[]))),
    CONSTRAINT ck_delivery_known_state CHECK (((state)::text = ANY ((ARRAY['dropped'::character varying, 'gave_up'::character varying, 'held'::character varying, 'ready'::character varying, 'sending'::character varying, 'sent'::character varying])::text[]))),
    CONSTRAINT ck_delivery_leased_while_sending CHECK ((((state)::text = 'sending'::text) = (lease_until IS NOT NULL)))
);


--
-- Name: event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event (
    seq bigint NOT NULL,
    community character varying(64) NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    on_behalf_of text,
    request_id character varying(36),
    step character varying(36) NOT NULL,
    kind character varying(64) NOT NULL,
    params jsonb NOT NULL,
    rules_version character varying(64) NOT NULL,
    prev_hash character varying(64) NOT NULL,
    hash character varying(64) NOT NULL
);


--
-- Name: TABLE event; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.event IS 'the audit log: append-only, chained per community';


--
-- Name: event_seq_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.event_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: event_seq_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.event_seq_seq OWNED BY public.event.seq;


--
-- Name: household; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.household (
    id character varying(36) NOT NULL,
    community character varying(64) NOT NULL,
    code character varying(64) NOT NULL,
    place_id character varying(36) NOT NULL,
    person_id character varying(36) NOT NULL,
    residents integer NOT NULL,
    is_centre boolean DEFAULT false NOT NULL,
    CONSTRAINT ck_household_residents_are_counted CHECK ((residents >= 0))
);


--
-- Name: inbound; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.inbound (
    channel character varying(64) NOT NULL,
    provider_msg_id character varying(200) NOT NULL,
    body text NOT NULL,
    words_id character varying(36),
    received_at timestamp with time zone NOT NULL,
    outcome character varying(64) NOT NULL,
    offer_id character varying(36)
);


--
-- Name: TABLE inbound; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.inbound IS 'answers; body holds what was understood, the words as typed are private';


--
-- Name: offer; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.offer (
    id character varying(36) NOT NULL,
    request_id character varying(36) NOT NULL,
    wave_no integer NOT NULL,
    responder_id character varying(36) NOT NULL,
    seat_no integer NOT NULL,
    slot_no integer,
    state character varying(64) NOT NULL,
    deadline_at timestamp with time zone NOT NULL,
    code character varying(64) NOT NULL,
    fence integer DEFAULT 1 NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    cost integer DEFAULT 0 NOT NULL,
    terms jsonb NOT NULL,
    CONSTRAINT ck_offer_a_slot_is_held_once_accepted CHECK (((slot_no IS NULL) = ((state)::text = ANY ((ARRAY['declined'::character varying, 'expired'::character varying, 'offered'::character varying, 'withdrawn'::character varying])::text[])))),
    CONSTRAINT ck_offer_known_state CHECK (((state)::text = ANY ((ARRAY['accepted'::character varying, 'cancelled'::character varying, 'declined'::character varying, 'doing'::character varying, 'done'::character varying, 'expired'::character varying, 'offered'::character varying, 'released'::character varying, 'withdrawn'::character varying])::text[])))
);


--
-- Name: person_private; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.person_private (
    person_id character varying(36) NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    exact_address text DEFAULT ''::text NOT NULL,
    floor integer,
    latitude double precision,
    longitude double precision,
    notes text DEFAULT ''::text NOT NULL
);


--
-- Name: TABLE person_private; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.person_private IS 'the only home of names, phones, exact addresses and typed words';


--
-- Name: phone_sheet; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.phone_sheet (
    community character varying(64) NOT NULL,
    sheet_no integer NOT NULL,
    row_no integer NOT NULL,
    delivery_id character varying(36) NOT NULL,
    printed_at timestamp with time zone NOT NULL,
    result character varying(64)
);


--
-- Name: TABLE phone_sheet; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.phone_sheet IS 'what stood on each printed phone list, so that it can be keyed back';


--
-- Name: place; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.place (
    id character varying(36) NOT NULL,
    community character varying(64) NOT NULL,
    code character varying(64) NOT NULL,
    kind character varying(64) NOT NULL,
    parent_id character varying(36),
    name text NOT NULL,
    latitude double precision,
    longitude double precision,
    floors integer,
    has_lift boolean DEFAULT false NOT NULL,
    steward character varying(64),
    CONSTRAINT ck_place_known_kind CHECK (((kind)::text = ANY ((ARRAY['building'::character varying, 'community'::character varying, 'grid'::character varying, 'micro_grid'::character varying, 'unit'::character varying])::text[]))),
    CONSTRAINT ck_place_only_the_community_has_no_parent CHECK (((parent_id IS NULL) = ((kind)::text = 'community'::text)))
);


--
-- Name: request; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.request (
    id character varying(36) NOT NULL,
    community character varying(64) NOT NULL,
    number integer NOT NULL,
    idem_key text NOT NULL,
    payload_hash character varying(64) NOT NULL,
    state character varying(64) NOT NULL,
    next_check_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    service_id character varying(36) NOT NULL,
    place_id character varying(36) NOT NULL,
    person_id character varying(36) NOT NULL,
    household_id character varying(36),
    urgency character varying(64) NOT NULL,
    source character varying(64) NOT NULL,
    window_from timestamp with time zone,
    window_to timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    owner text,
    reason character varying(64),
    words_id character varying(36),
    merged_into character varying(36),
    rating integer,
    CONSTRAINT ck_request_a_named_person_has_it CHECK ((((state)::text <> 'needs_person'::text) OR ((owner IS NOT NULL) AND (reason IS NOT NULL)))),
    CONSTRAINT ck_request_known_state CHECK (((state)::text = ANY ((ARRAY['arranged'::character varying, 'asking'::character varying, 'cancelled'::character varying, 'doing'::character varying, 'done'::character varying, 'handed_over'::character varying, 'merged'::character varying, 'needs_person'::character varying, 'promoted'::character varying, 'rated'::character varying, 'received'::character varying, 'triaged'::character varying, 'unable'::character varying])::text[]))),
    CONSTRAINT ck_request_known_urgency CHECK (((urgency)::text = ANY ((ARRAY['low'::character varying, 'normal'::character varying, 'urgent'::character varying])::text[]))),
    CONSTRAINT ck_request_merged_says_into_which CHECK ((((state)::text = 'merged'::text) = (merged_into IS NOT NULL))),
    CONSTRAINT ck_request_not_merged_into_itself CHECK (((merged_into)::text <> (id)::text)),
    CONSTRAINT ck_request_nothing_is_forgotten CHECK (((next_check_at IS NOT NULL) OR ((state)::text = ANY ((ARRAY['cancelled'::character varying, 'done'::character varying, 'handed_over'::character varying, 'merged'::character varying, 'promoted'::character varying, 'rated'::character varying, 'unable'::character varying])::text[])))),
    CONSTRAINT ck_request_rated_with_one_to_five CHECK (((((state)::text = 'rated'::text) = (rating IS NOT NULL)) AND ((rating IS NULL) OR ((rating >= 1) AND (rating <= 5))))),
    CONSTRAINT ck_request_says_to_whom_or_why CHECK ((((state)::text <> ALL ((ARRAY['handed_over'::character varying, 'unable'::character varying])::text[])) OR (words_id IS NOT NULL) OR (reason IS NOT NULL))),
    CONSTRAINT ck_request_window_begins_before_it_ends CHECK ((((window_from IS NULL) = (window_to IS NULL)) AND ((window_from IS NULL) OR (window_from <= window_to))))
);


--
-- Name: request_slot; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.request_slot (
    request_id character varying(36) NOT NULL,
    slot_no integer NOT NULL,
    retired boolean DEFAULT false NOT NULL,
    CONSTRAINT ck_request_slot_counts_from_one CHECK ((slot_no >= 1))
);


--
-- Name: TABLE request_slot; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.request_slot IS 'headcount rows: as many as a request needs people';


--
-- Name: responder; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.responder (
    id character varying(36) NOT NULL,
    community character varying(64) NOT NULL,
    code character varying(64) NOT NULL,
    kind character varying(64) NOT NULL,
    person_id character varying(36) NOT NULL,
    place_id character varying(36) NOT NULL,
    reach_metres integer,
    is_adult boolean DEFAULT true NOT NULL,
    is_paid boolean DEFAULT false NOT NULL,
    was_helped boolean DEFAULT false NOT NULL,
    skills jsonb NOT NULL,
    licences jsonb NOT NULL,
    hours jsonb NOT NULL,
    channel character varying(64),
    language character varying(2) DEFAULT 'zh'::character varying NOT NULL,
    paused_until timestamp with time zone,
    is_active boolean DEFAULT true NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT ck_responder_known_kind CHECK (((kind)::text = ANY ((ARRAY['expert'::character varying, 'party_member'::character varying, 'property_staff'::character varying, 'shop'::character varying, 'team'::character varying, 'volunteer'::character varying])::text[]))),
    CONSTRAINT ck_responder_reach_is_a_distance CHECK (((reach_metres IS NULL) OR (reach_metres >= 0)))
);


--
-- Name: responder_seat; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.responder_seat (
    responder_id character varying(36) NOT NULL,
    seat_no integer NOT NULL,
    retired boolean DEFAULT false NOT NULL,
    CONSTRAINT ck_responder_seat_counts_from_one CHECK ((seat_no >= 1))
);


--
-- Name: TABLE responder_seat; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.responder_seat IS 'capacity rows: as many as a responder may hold at once';


--
-- Name: service; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.service (
    id character varying(36) NOT NULL,
    community character varying(64) NOT NULL,
    code character varying(64) NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    skills jsonb NOT NULL,
    licence character varying(64),
    urgency character varying(64) NOT NULL,
    pool character varying(64) NOT NULL,
    minutes integer NOT NULL,
    confidential boolean NOT NULL,
    proximity boolean NOT NULL,
    adults_only boolean NOT NULL,
    small_kind character varying(64) NOT NULL,
    origin character varying(64) NOT NULL,
    words jsonb NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    CONSTRAINT ck_service_known_pool CHECK (((pool)::text = ANY ((ARRAY['companies'::character varying, 'neighbours'::character varying, 'once_helped'::character varying, 'property'::character varying])::text[]))),
    CONSTRAINT ck_service_known_urgency CHECK (((urgency)::text = ANY ((ARRAY['low'::character varying, 'normal'::character varying, 'urgent'::character varying])::text[])))
);


--
-- Name: wave; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.wave (
    request_id character varying(36) NOT NULL,
    wave_no integer NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    policy character varying(64) NOT NULL,
    CONSTRAINT ck_wave_counts_from_one CHECK ((wave_no >= 1))
);


--
-- Name: TABLE wave; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.wave IS 'one decision each: a second worker''s is refused here';


--
-- Name: event seq; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event ALTER COLUMN seq SET DEFAULT nextval('public.event_seq_seq'::regclass);


--
-- Data for Name: about; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.about VALUES ('last_tick', '2026-11-23T02:00:00.000000Z');


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES ('0001');


--
-- Data for Name: bond; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: community; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.community VALUES ('street', '测试街', 'Street', 'Asia/Shanghai', 'CN', 7, 1);


--
-- Data for Name: delivery; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.delivery VALUES ('01a20ab1-bef3-72e8-8451-cc75ea3f625a', '01a20ab1-bef0-7696-ae1b-692a9014195b', '01a20ab1-be87-7730-b083-3e2ba9c59c53', 'responder', 'offer', 1, 'phone-list', 'sent', 1, 0, 1, NULL, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', 'on the list', '');
INSERT INTO public.delivery VALUES ('01a20ab1-bef3-75c7-a6c8-a75ad276b5bf', '01a20ab1-bef0-7bf7-bf94-a675c58232c5', '01a20ab1-be9a-7e63-8f13-a47f7eb4091a', 'responder', 'offer', 1, 'phone-list', 'sent', 1, 0, 1, NULL, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', 'on the list', '');
INSERT INTO public.delivery VALUES ('01a20ab1-bef3-76d8-bf0b-e3994332344f', '01a20ab1-bef0-75e7-91af-8a027af9fe1e', '01a20ab1-bea0-721d-a1d8-1809a4ac3db2', 'responder', 'offer', 1, 'phone-list', 'sent', 1, 0, 1, NULL, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', 'on the list', '');
INSERT INTO public.delivery VALUES ('01a20ab1-bef3-7af5-a40d-c810220c4fb2', '01a20ab1-bef0-7e32-ab04-bf47e777d52f', '01a20ab1-bead-7f7c-8c24-8805a7940e95', 'responder', 'offer', 1, 'phone-list', 'sent', 1, 0, 1, NULL, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', 'on the list', '');
INSERT INTO public.delivery VALUES ('01a20ab1-bef3-7f56-883a-34bbf4cde807', '01a20ab1-bef0-7d8c-aa7a-68ee946464a0', '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', 'responder', 'offer', 1, 'phone-list', 'sent', 1, 0, 1, NULL, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', 'on the list', '');
INSERT INTO public.delivery VALUES ('01a20ab1-bf46-7d2b-bbd0-c3f9c6b0f5bc', '01a20ab1-bef0-75e7-91af-8a027af9fe1e', '01a20ab1-bea0-721d-a1d8-1809a4ac3db2', 'responder', 'details', 1, 'phone-list', 'sent', 1, 0, 1, NULL, '2026-11-23 01:00:00+00', '2026-11-23 02:00:00+00', 'on the list', '');
INSERT INTO public.delivery VALUES ('01a20ab1-bf47-7e8b-b954-fb1fa28515c4', '01a20ab1-bef0-75e7-91af-8a027af9fe1e', '01a20ab1-bea0-721d-a1d8-1809a4ac3db2', 'resident', 'who_comes', 1, 'phone-list', 'sent', 1, 0, 1, NULL, '2026-11-23 01:00:00+00', '2026-11-23 02:00:00+00', 'on the list', '');
INSERT INTO public.delivery VALUES ('01a20ab1-bf75-7ded-a52c-7438b57d3b81', '01a20ab1-bf71-7059-9c3b-aa11b24fcaec', '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', 'responder', 'offer', 1, 'phone-list', 'sent', 1, 0, 1, NULL, '2026-11-23 02:00:00+00', '2026-11-23 02:00:00+00', 'on the list', '');
INSERT INTO public.delivery VALUES ('01a20ab1-bf2f-7ca7-acc1-1eb5802aac2d', '01a20ab1-bef0-7696-ae1b-692a9014195b', '01a20ab1-be87-7730-b083-3e2ba9c59c53', 'responder', 'details', 1, 'phone-list', 'dropped', 1, 0, 1, NULL, '2026-11-23 01:00:00+00', '2026-11-23 02:00:00+00', 'on the list', '');
INSERT INTO public.delivery VALUES ('01a20ab1-bf30-7070-9bd1-1ca1c174eb5b', '01a20ab1-bef0-7696-ae1b-692a9014195b', '01a20ab1-be87-7730-b083-3e2ba9c59c53', 'resident', 'who_comes', 1, 'phone-list', 'dropped', 1, 0, 1, NULL, '2026-11-23 01:00:00+00', '2026-11-23 02:00:00+00', 'on the list', '');
INSERT INTO public.delivery VALUES ('01a20ab1-bf99-7037-8b25-bc8ef66ea314', NULL, '01a20ab1-be87-7730-b083-3e2ba9c59c53', 'resident', 'done', 5, 'phone-list', 'dropped', 0, 0, 0, NULL, '2026-11-23 02:00:00+00', NULL, '', '');
INSERT INTO public.delivery VALUES ('01a20ab1-bf75-78aa-8ca0-6736a02be014', '01a20ab1-bf71-7060-a1ed-03b403fa4fc3', '01a20ab1-bead-7f7c-8c24-8805a7940e95', 'responder', 'offer', 1, 'phone-list', 'dropped', 1, 0, 1, NULL, '2026-11-23 02:00:00+00', '2026-11-23 02:00:00+00', 'on the list', '');


--
-- Data for Name: event; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event VALUES (1, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be87-7730-b083-3e2ba9c59c53', '01a20ab1-be7e-7850-a990-57502d8de8bf', 'taken', '{"told": "by-mouth", "place": "8-2", "number": 1, "source": "phone", "service": "drain", "urgency": "normal", "headcount": 1}', '1', '0000000000000000000000000000000000000000000000000000000000000000', '6a4518d16199dbc9bb3941fb52f6b926532b0f1570abb5dac6f156b32dfcbe76');
INSERT INTO public.event VALUES (2, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be92-7e3b-8bda-31215db54976', '01a20ab1-be8e-70aa-99a7-3f70c316264c', 'taken', '{"told": "by-mouth", "place": "8-1", "number": 2, "source": "phone", "service": "listen", "urgency": "normal", "headcount": 1}', '1', '6a4518d16199dbc9bb3941fb52f6b926532b0f1570abb5dac6f156b32dfcbe76', 'e308af9ccc2acddcc939d5bceeabfb7283d0bbb01b068d3a832718cccf63836b');
INSERT INTO public.event VALUES (3, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be9a-7e63-8f13-a47f7eb4091a', '01a20ab1-be95-7f85-b7cb-92675dd1af00', 'taken', '{"told": "by-mouth", "place": "8-1", "number": 3, "source": "phone", "service": "drain", "urgency": "normal", "headcount": 1}', '1', 'e308af9ccc2acddcc939d5bceeabfb7283d0bbb01b068d3a832718cccf63836b', '17b0989085c8edc3379b4fa05707f2127b0a0ffe8176b6a4df3777d7ed357354');
INSERT INTO public.event VALUES (4, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bea0-721d-a1d8-1809a4ac3db2', '01a20ab1-be9c-700b-87a6-4540af98d5db', 'taken', '{"told": "by-mouth", "place": "9", "number": 4, "source": "phone", "service": "listen", "urgency": "normal", "headcount": 1}', '1', '17b0989085c8edc3379b4fa05707f2127b0a0ffe8176b6a4df3777d7ed357354', '74af18e96c1cc3b0aa56a2e9edb13f19f9e2d5c2141c22f607f58c5cab8a2907');
INSERT INTO public.event VALUES (5, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bea7-7808-beac-b6c74087c248', '01a20ab1-bea3-702f-b7f7-06e5e02f6362', 'taken', '{"told": "by-mouth", "place": "8-2", "number": 5, "source": "phone", "service": "drain", "urgency": "normal", "headcount": 1}', '1', '74af18e96c1cc3b0aa56a2e9edb13f19f9e2d5c2141c22f607f58c5cab8a2907', 'a7ae69705235ccf792f19ff05632b556c0fa3f55db1d3d82c1207ecfc724b658');
INSERT INTO public.event VALUES (6, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bead-7f7c-8c24-8805a7940e95', '01a20ab1-beaa-70ec-89a3-6736344a994d', 'taken', '{"told": "by-mouth", "place": "8-2", "number": 6, "source": "phone", "service": "listen", "urgency": "normal", "headcount": 1}', '1', 'a7ae69705235ccf792f19ff05632b556c0fa3f55db1d3d82c1207ecfc724b658', 'f4b2555659fdfbedbb812d7637e8c536743c2aa09419b884d800376d708719b7');
INSERT INTO public.event VALUES (7, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', '01a20ab1-beb0-705d-a848-61f6c70840d9', 'taken', '{"told": "by-mouth", "place": "9", "number": 7, "source": "phone", "service": "listen", "urgency": "normal", "headcount": 1}', '1', 'f4b2555659fdfbedbb812d7637e8c536743c2aa09419b884d800376d708719b7', '8e8210f7058316c1912d5198281e7b66091aa2044032aa96644b5b30979fd170');
INSERT INTO public.event VALUES (8, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bea7-7808-beac-b6c74087c248', '01a20ab1-beb6-713a-aeb1-ee623700df43', 'moved', '{"now": "merged", "was": "received", "reason": "repeat"}', '1', '8e8210f7058316c1912d5198281e7b66091aa2044032aa96644b5b30979fd170', '203bbf080b7792b171f934c0cfac4eea0065639b86990eaa2f9bd4777847ce24');
INSERT INTO public.event VALUES (9, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be92-7e3b-8bda-31215db54976', '01a20ab1-bebe-7892-aa19-9e7a7eeb326a', 'edited', '{"kept": null, "before": {"urgency": "normal", "place_id": "01a20ab1-be6e-7c54-b17b-6732c265aeed", "headcount": 1, "service_id": "01a20ab1-be6e-7ed8-ba62-e2f32e638885", "household_id": null}, "fields": [], "window": null}', '1', '203bbf080b7792b171f934c0cfac4eea0065639b86990eaa2f9bd4777847ce24', '3193269e2dd2b9cf8d139b5f32a0fdb39cb89cfed1ebcf1b60242990c4689511');
INSERT INTO public.event VALUES (10, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be87-7730-b083-3e2ba9c59c53', '01a20ab1-bec7-722b-b1e1-06a2962f500e', 'moved', '{"now": "triaged", "was": "received", "reason": null}', '1', '3193269e2dd2b9cf8d139b5f32a0fdb39cb89cfed1ebcf1b60242990c4689511', '80a67514767efac841cd19ae80301cd56cc514d28390c0805b9463efb58859e7');
INSERT INTO public.event VALUES (11, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be92-7e3b-8bda-31215db54976', '01a20ab1-bec7-722b-b1e1-06a2962f500e', 'moved', '{"now": "triaged", "was": "received", "reason": null}', '1', '80a67514767efac841cd19ae80301cd56cc514d28390c0805b9463efb58859e7', '92edf72da4249862781d7a530e0379b3c0394235a8f2c349e8e48262b67cda93');
INSERT INTO public.event VALUES (12, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be9a-7e63-8f13-a47f7eb4091a', '01a20ab1-bec7-722b-b1e1-06a2962f500e', 'moved', '{"now": "triaged", "was": "received", "reason": null}', '1', '92edf72da4249862781d7a530e0379b3c0394235a8f2c349e8e48262b67cda93', 'f40a6f189385014cb154273ed64c37289f7c5e5c8918c70129e348355eebdba2');
INSERT INTO public.event VALUES (13, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bea0-721d-a1d8-1809a4ac3db2', '01a20ab1-bec7-722b-b1e1-06a2962f500e', 'moved', '{"now": "triaged", "was": "received", "reason": null}', '1', 'f40a6f189385014cb154273ed64c37289f7c5e5c8918c70129e348355eebdba2', '4880f0186cdb8f68be5b77e63c7458ae9adc9870aa40a056179044d4d819db62');
INSERT INTO public.event VALUES (14, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bead-7f7c-8c24-8805a7940e95', '01a20ab1-bec7-722b-b1e1-06a2962f500e', 'moved', '{"now": "triaged", "was": "received", "reason": null}', '1', '4880f0186cdb8f68be5b77e63c7458ae9adc9870aa40a056179044d4d819db62', '94432b1c9ab280dd4e442892ff4d89fb11678222b25f75a14632d9f0180b62fb');
INSERT INTO public.event VALUES (15, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', '01a20ab1-bec7-722b-b1e1-06a2962f500e', 'moved', '{"now": "triaged", "was": "received", "reason": null}', '1', '94432b1c9ab280dd4e442892ff4d89fb11678222b25f75a14632d9f0180b62fb', 'ab2c83c25160f625cd16d5e0b63f19d2960061daf7efbb4dfa5c8cd76fa1b53b');
INSERT INTO public.event VALUES (16, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be87-7730-b083-3e2ba9c59c53', '01a20ab1-bee1-7468-8dbf-1273976cd9e8', 'moved', '{"now": "asking", "was": "triaged", "reason": null}', '1', 'ab2c83c25160f625cd16d5e0b63f19d2960061daf7efbb4dfa5c8cd76fa1b53b', '4b03e0ec8c8f09235d70ba82bdad96439acbb2649715bac430e33615fd394d98');
INSERT INTO public.event VALUES (17, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be9a-7e63-8f13-a47f7eb4091a', '01a20ab1-bee1-7468-8dbf-1273976cd9e8', 'moved', '{"now": "asking", "was": "triaged", "reason": null}', '1', '4b03e0ec8c8f09235d70ba82bdad96439acbb2649715bac430e33615fd394d98', '307624872d774c7f1d5df61ea348e692b870deb0ea1e50a3b9b51ee0b11a41ba');
INSERT INTO public.event VALUES (18, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bea0-721d-a1d8-1809a4ac3db2', '01a20ab1-bee1-7468-8dbf-1273976cd9e8', 'moved', '{"now": "asking", "was": "triaged", "reason": null}', '1', '307624872d774c7f1d5df61ea348e692b870deb0ea1e50a3b9b51ee0b11a41ba', 'e3bf4465cf3db2f6c85f17c7757973193e4d439219d9640f0c9d5e013bda4d48');
INSERT INTO public.event VALUES (19, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bead-7f7c-8c24-8805a7940e95', '01a20ab1-bee1-7468-8dbf-1273976cd9e8', 'moved', '{"now": "asking", "was": "triaged", "reason": null}', '1', 'e3bf4465cf3db2f6c85f17c7757973193e4d439219d9640f0c9d5e013bda4d48', '434cd055def2f39a75ce63de2b857ea09647a92782a4bface1c00c478d34c9e3');
INSERT INTO public.event VALUES (20, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', '01a20ab1-bee1-7468-8dbf-1273976cd9e8', 'moved', '{"now": "asking", "was": "triaged", "reason": null}', '1', '434cd055def2f39a75ce63de2b857ea09647a92782a4bface1c00c478d34c9e3', 'fa241ae59a6a430769afa6433ceec3820ac45d41eb3102393813df0a4e2a37bb');
INSERT INTO public.event VALUES (21, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be87-7730-b083-3e2ba9c59c53', '01a20ab1-bee1-7468-8dbf-1273976cd9e8', 'offered', '{"wave": 1, "offer": "01a20ab1-bef0-7696-ae1b-692a9014195b", "terms": {"stairs": 50, "distance": 30}, "responder": "01a20ab1-be79-78a3-9971-49b59ba764c7"}', '1', 'fa241ae59a6a430769afa6433ceec3820ac45d41eb3102393813df0a4e2a37bb', '1c8585299851d257c9a3318b1df0a153d518ddc83827d71785ec2fd23840fee9');
INSERT INTO public.event VALUES (22, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be9a-7e63-8f13-a47f7eb4091a', '01a20ab1-bee1-7468-8dbf-1273976cd9e8', 'offered', '{"wave": 1, "offer": "01a20ab1-bef0-7bf7-bf94-a675c58232c5", "terms": {"skill": 20, "stairs": 50, "distance": 5}, "responder": "01a20ab1-be74-7788-9af9-67d39e2167d5"}', '1', '1c8585299851d257c9a3318b1df0a153d518ddc83827d71785ec2fd23840fee9', 'f0121120f0581df5097c8280009149a6be84c6dc0bcbb757f488d8e597f109b0');
INSERT INTO public.event VALUES (23, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bea0-721d-a1d8-1809a4ac3db2', '01a20ab1-bee1-7468-8dbf-1273976cd9e8', 'offered', '{"wave": 1, "offer": "01a20ab1-bef0-75e7-91af-8a027af9fe1e", "terms": {"stairs": 50, "distance": 30}, "responder": "01a20ab1-be7b-74b8-a9ca-56e4ee3c5a14"}', '1', 'f0121120f0581df5097c8280009149a6be84c6dc0bcbb757f488d8e597f109b0', '88c31adc9e00c6c33479a668d7b5c520e8174ef829c61cfecc8db06db943438a');
INSERT INTO public.event VALUES (24, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bead-7f7c-8c24-8805a7940e95', '01a20ab1-bee1-7468-8dbf-1273976cd9e8', 'offered', '{"wave": 1, "offer": "01a20ab1-bef0-7e32-ab04-bf47e777d52f", "terms": {"stairs": 50, "distance": 30}, "responder": "01a20ab1-be74-7788-9af9-67d39e2167d5"}', '1', '88c31adc9e00c6c33479a668d7b5c520e8174ef829c61cfecc8db06db943438a', '79a46900efcdd789aae05b2f8a88e43627b702e2bf5c43b61c3a21b0de479f1f');
INSERT INTO public.event VALUES (25, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', '01a20ab1-bee1-7468-8dbf-1273976cd9e8', 'offered', '{"wave": 1, "offer": "01a20ab1-bef0-7d8c-aa7a-68ee946464a0", "terms": {"stairs": 50, "distance": 30}, "responder": "01a20ab1-be7d-74a4-b811-cbf62b569a4a"}', '1', '79a46900efcdd789aae05b2f8a88e43627b702e2bf5c43b61c3a21b0de479f1f', '53e3c5b7ef687d5f6ac4efa601269366e395c1a85bdf300c60850508164f81c9');
INSERT INTO public.event VALUES (26, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be92-7e3b-8bda-31215db54976', '01a20ab1-bee1-7468-8dbf-1273976cd9e8', 'left-out', '{"why": {"elsewhere": 3, "unavailable": 1}}', '1', '53e3c5b7ef687d5f6ac4efa601269366e395c1a85bdf300c60850508164f81c9', 'f626181e9b4503d39e3d0171f3f14548f4de0ea0107c81cf2acc6b411fd2e8d7');
INSERT INTO public.event VALUES (27, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be87-7730-b083-3e2ba9c59c53', '01a20ab1-bf0b-7e21-a888-0604f8fb9b50', 'delivered', '{"now": "sent", "offer": "01a20ab1-bef0-7696-ae1b-692a9014195b", "attempt": 1, "channel": "phone-list", "message": "offer", "outcome": "sent"}', '1', 'f626181e9b4503d39e3d0171f3f14548f4de0ea0107c81cf2acc6b411fd2e8d7', '241d4ca6f8d6db90fc39e48cd97a58fe9c36db26031a0f5aa25aa283be39f2b1');
INSERT INTO public.event VALUES (28, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be9a-7e63-8f13-a47f7eb4091a', '01a20ab1-bf0b-7e21-a888-0604f8fb9b50', 'delivered', '{"now": "sent", "offer": "01a20ab1-bef0-7bf7-bf94-a675c58232c5", "attempt": 1, "channel": "phone-list", "message": "offer", "outcome": "sent"}', '1', '241d4ca6f8d6db90fc39e48cd97a58fe9c36db26031a0f5aa25aa283be39f2b1', '77f80318ed071d8e40213035736868120f0df34c7b086e9cfaffc948b24fd1a9');
INSERT INTO public.event VALUES (29, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bea0-721d-a1d8-1809a4ac3db2', '01a20ab1-bf0b-7e21-a888-0604f8fb9b50', 'delivered', '{"now": "sent", "offer": "01a20ab1-bef0-75e7-91af-8a027af9fe1e", "attempt": 1, "channel": "phone-list", "message": "offer", "outcome": "sent"}', '1', '77f80318ed071d8e40213035736868120f0df34c7b086e9cfaffc948b24fd1a9', '030b3c196da98e69466f84958170ca9cd84f3d75891b77169d03f8a9b063f8ce');
INSERT INTO public.event VALUES (30, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bead-7f7c-8c24-8805a7940e95', '01a20ab1-bf0b-7e21-a888-0604f8fb9b50', 'delivered', '{"now": "sent", "offer": "01a20ab1-bef0-7e32-ab04-bf47e777d52f", "attempt": 1, "channel": "phone-list", "message": "offer", "outcome": "sent"}', '1', '030b3c196da98e69466f84958170ca9cd84f3d75891b77169d03f8a9b063f8ce', 'd1d21fb19f9b1ae7f5ee955ecea2310aa89914d4504b0015fbc6bf45a035e72b');
INSERT INTO public.event VALUES (31, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', '01a20ab1-bf0b-7e21-a888-0604f8fb9b50', 'delivered', '{"now": "sent", "offer": "01a20ab1-bef0-7d8c-aa7a-68ee946464a0", "attempt": 1, "channel": "phone-list", "message": "offer", "outcome": "sent"}', '1', 'd1d21fb19f9b1ae7f5ee955ecea2310aa89914d4504b0015fbc6bf45a035e72b', '1e1a6034b8125db33272f0cb16044dde3d37e3a1e6d88530d72d0de74468610f');
INSERT INTO public.event VALUES (32, 'street', '2026-11-23 01:00:00+00', '小李', NULL, NULL, '01a20ab1-bf13-78a4-a92d-12eab393d876', 'sheet-printed', '{"rows": 5, "sheet": 1}', '1', '1e1a6034b8125db33272f0cb16044dde3d37e3a1e6d88530d72d0de74468610f', 'c3ba3ddbdd67ad07a7b9a776fb029cdd0373ce8b372de2608382d9cc0fb88fdd');
INSERT INTO public.event VALUES (33, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be87-7730-b083-3e2ba9c59c53', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'accepted', '{"slot": 1, "offer": "01a20ab1-bef0-7696-ae1b-692a9014195b"}', '1', 'c3ba3ddbdd67ad07a7b9a776fb029cdd0373ce8b372de2608382d9cc0fb88fdd', '8b19c85fce3e14bebcc684a497c5374176b92e96b73579cab77f0118c047b8d1');
INSERT INTO public.event VALUES (34, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be87-7730-b083-3e2ba9c59c53', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'moved', '{"now": "arranged", "was": "asking", "reason": null}', '1', '8b19c85fce3e14bebcc684a497c5374176b92e96b73579cab77f0118c047b8d1', '7120096c8ae817d432c3cec64b20465e74c4a55c589b9b54e02cc3b782f53478');
INSERT INTO public.event VALUES (35, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be87-7730-b083-3e2ba9c59c53', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'keyed-back', '{"row": 1, "sheet": 1, "letter": "a", "outcome": "accepted"}', '1', '7120096c8ae817d432c3cec64b20465e74c4a55c589b9b54e02cc3b782f53478', 'ccd65578dc989afa54ea88e88eef9fd89554a178edb4e6c0e51af0e87ec4f383');
INSERT INTO public.event VALUES (36, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be9a-7e63-8f13-a47f7eb4091a', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'declined', '{"offer": "01a20ab1-bef0-7bf7-bf94-a675c58232c5"}', '1', 'ccd65578dc989afa54ea88e88eef9fd89554a178edb4e6c0e51af0e87ec4f383', '66025e4217704438af396a05bf5e6f31942446944c15408c424fabbb988ccbbc');
INSERT INTO public.event VALUES (37, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be9a-7e63-8f13-a47f7eb4091a', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'moved', '{"now": "triaged", "was": "asking", "reason": "declined"}', '1', '66025e4217704438af396a05bf5e6f31942446944c15408c424fabbb988ccbbc', 'c7413bb1a5ebcfe7ed549f7a464db596c4f3ae6c4f206478df0077743e30a8d6');
INSERT INTO public.event VALUES (38, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-be9a-7e63-8f13-a47f7eb4091a', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'keyed-back', '{"row": 2, "sheet": 1, "letter": "d", "outcome": "declined"}', '1', 'c7413bb1a5ebcfe7ed549f7a464db596c4f3ae6c4f206478df0077743e30a8d6', 'e9c92fdaba711c425c1d7dd8bb0af70a458d13e5609e92e69e3bb04576915998');
INSERT INTO public.event VALUES (39, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bead-7f7c-8c24-8805a7940e95', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'offer-ended', '{"now": "expired", "was": "offered", "offer": "01a20ab1-bef0-7e32-ab04-bf47e777d52f", "letter": "n"}', '1', 'e9c92fdaba711c425c1d7dd8bb0af70a458d13e5609e92e69e3bb04576915998', 'bc3b62319b11a2eaa0d0fb2144cae9a743d99bef9ebd7a873675032015c7e4e9');
INSERT INTO public.event VALUES (40, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bead-7f7c-8c24-8805a7940e95', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'moved', '{"now": "triaged", "was": "asking", "reason": "no-answer"}', '1', 'bc3b62319b11a2eaa0d0fb2144cae9a743d99bef9ebd7a873675032015c7e4e9', 'e1400c727d6a7a111f7249280395c74719e6fee4bfc6cb3250b181eb70260001');
INSERT INTO public.event VALUES (41, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bead-7f7c-8c24-8805a7940e95', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'keyed-back', '{"row": 3, "sheet": 1, "letter": "n", "outcome": "no-answer"}', '1', 'e1400c727d6a7a111f7249280395c74719e6fee4bfc6cb3250b181eb70260001', '20411652e3d505cc727c1c2dfe47c94ada340bd7cd92f98a52fddb7748867aa8');
INSERT INTO public.event VALUES (42, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bea0-721d-a1d8-1809a4ac3db2', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'accepted', '{"slot": 1, "offer": "01a20ab1-bef0-75e7-91af-8a027af9fe1e"}', '1', '20411652e3d505cc727c1c2dfe47c94ada340bd7cd92f98a52fddb7748867aa8', '4762cef6ac3f9bebf4e1b371cb2789d4e3cd88f4a11e54cf22fc4d58d78d8665');
INSERT INTO public.event VALUES (43, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bea0-721d-a1d8-1809a4ac3db2', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'moved', '{"now": "arranged", "was": "asking", "reason": null}', '1', '4762cef6ac3f9bebf4e1b371cb2789d4e3cd88f4a11e54cf22fc4d58d78d8665', 'c7ce245433443c235275fa8446c8fdac096f23d4aee413f9ba2283caf425fcac');
INSERT INTO public.event VALUES (44, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-bea0-721d-a1d8-1809a4ac3db2', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'keyed-back', '{"row": 4, "sheet": 1, "letter": "a", "outcome": "accepted"}', '1', 'c7ce245433443c235275fa8446c8fdac096f23d4aee413f9ba2283caf425fcac', '586bbd3bee05476a61f2ec8691b0aae2b040fdaa0166122c0c6173358e69715f');
INSERT INTO public.event VALUES (45, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'declined', '{"offer": "01a20ab1-bef0-7d8c-aa7a-68ee946464a0"}', '1', '586bbd3bee05476a61f2ec8691b0aae2b040fdaa0166122c0c6173358e69715f', 'f0ceea99aec17e16459c15a2d0591aa96ec1f556b05a705e623e34569ca409dc');
INSERT INTO public.event VALUES (46, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'moved', '{"now": "triaged", "was": "asking", "reason": "declined"}', '1', 'f0ceea99aec17e16459c15a2d0591aa96ec1f556b05a705e623e34569ca409dc', 'f461e8532d3d3d9b7f61041032598237be62f41fabdfa8657b7889b53355f3f6');
INSERT INTO public.event VALUES (47, 'street', '2026-11-23 01:00:00+00', '小李', NULL, '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', '01a20ab1-bf20-76e3-8fe7-a96fa0f8e63f', 'keyed-back', '{"row": 5, "sheet": 1, "letter": "d", "outcome": "declined"}', '1', 'f461e8532d3d3d9b7f61041032598237be62f41fabdfa8657b7889b53355f3f6', 'cf46a1088aeac4ea382cbf929315babcfcb71efd4626877255ae6ebc60c31051');
INSERT INTO public.event VALUES (48, 'street', '2026-11-23 01:00:00+00', '小李', NULL, NULL, '01a20ab1-bf52-74ff-95e1-8dd252c78868', 'replied', '{"channel": "by-hand", "outcome": "unknown"}', '1', 'cf46a1088aeac4ea382cbf929315babcfcb71efd4626877255ae6ebc60c31051', '477f870378cc10ce20b5119c0554e436f83b18d29bf4dc1ae5c69f674d0e2a2b');
INSERT INTO public.event VALUES (49, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-bead-7f7c-8c24-8805a7940e95', '01a20ab1-bf68-77a1-a5c1-64eb3f56c226', 'moved', '{"now": "asking", "was": "triaged", "reason": null}', '1', '477f870378cc10ce20b5119c0554e436f83b18d29bf4dc1ae5c69f674d0e2a2b', '1cc60569130b888fed9a1a3808725ed95d633bbd847550461aec11304cf19500');
INSERT INTO public.event VALUES (50, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', '01a20ab1-bf68-77a1-a5c1-64eb3f56c226', 'moved', '{"now": "asking", "was": "triaged", "reason": null}', '1', '1cc60569130b888fed9a1a3808725ed95d633bbd847550461aec11304cf19500', 'd6365154eb56dac6de259b093bc6f8117f01294beb90e46f54879825cb61a759');
INSERT INTO public.event VALUES (51, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-bead-7f7c-8c24-8805a7940e95', '01a20ab1-bf68-77a1-a5c1-64eb3f56c226', 'offered', '{"wave": 2, "offer": "01a20ab1-bf71-7060-a1ed-03b403fa4fc3", "terms": {"stairs": 50, "distance": 222}, "responder": "01a20ab1-be7d-74a4-b811-cbf62b569a4a"}', '1', 'd6365154eb56dac6de259b093bc6f8117f01294beb90e46f54879825cb61a759', '0de3b8de26ce7a93a507c38ecf2b8e0ea70531bc33698febb576117cc3e62cb8');
INSERT INTO public.event VALUES (52, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', '01a20ab1-bf68-77a1-a5c1-64eb3f56c226', 'offered', '{"wave": 2, "offer": "01a20ab1-bf71-7059-9c3b-aa11b24fcaec", "terms": {"stairs": 50, "distance": 222}, "responder": "01a20ab1-be74-7788-9af9-67d39e2167d5"}', '1', '0de3b8de26ce7a93a507c38ecf2b8e0ea70531bc33698febb576117cc3e62cb8', 'c19c5c4b361efbdb1f22500cd9d321784d9b1f74f276ebe4281641643f1a97fb');
INSERT INTO public.event VALUES (53, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-be9a-7e63-8f13-a47f7eb4091a', '01a20ab1-bf68-77a1-a5c1-64eb3f56c226', 'left-out', '{"why": {"skill": 2, "capacity": 1, "asked-before": 1}}', '1', 'c19c5c4b361efbdb1f22500cd9d321784d9b1f74f276ebe4281641643f1a97fb', '6bef16a5bcf45f398c15fdf2862069e5d1d1913d9b314fd2dc624c248916f6fc');
INSERT INTO public.event VALUES (54, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-be87-7730-b083-3e2ba9c59c53', '01a20ab1-bf86-733c-8ffb-00cc619cb8f7', 'delivered', '{"now": "sent", "offer": "01a20ab1-bef0-7696-ae1b-692a9014195b", "attempt": 1, "channel": "phone-list", "message": "details", "outcome": "sent"}', '1', '6bef16a5bcf45f398c15fdf2862069e5d1d1913d9b314fd2dc624c248916f6fc', '03fd469eaa010234e3c83b11b8d18ea740f8339a715aacad45b47aa1430d797c');
INSERT INTO public.event VALUES (55, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-be87-7730-b083-3e2ba9c59c53', '01a20ab1-bf86-733c-8ffb-00cc619cb8f7', 'delivered', '{"now": "sent", "offer": "01a20ab1-bef0-7696-ae1b-692a9014195b", "attempt": 1, "channel": "phone-list", "message": "who_comes", "outcome": "sent"}', '1', '03fd469eaa010234e3c83b11b8d18ea740f8339a715aacad45b47aa1430d797c', 'd44a1876ae1df968d7ef1eb80db2c7f1809d7dbbe97787bf8d76cde7efb3dbf2');
INSERT INTO public.event VALUES (56, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-bea0-721d-a1d8-1809a4ac3db2', '01a20ab1-bf86-733c-8ffb-00cc619cb8f7', 'delivered', '{"now": "sent", "offer": "01a20ab1-bef0-75e7-91af-8a027af9fe1e", "attempt": 1, "channel": "phone-list", "message": "details", "outcome": "sent"}', '1', 'd44a1876ae1df968d7ef1eb80db2c7f1809d7dbbe97787bf8d76cde7efb3dbf2', 'c89893e68708e04e824035714165d8ed9b909b749eabcfb3f64c065ca32142ba');
INSERT INTO public.event VALUES (57, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-bea0-721d-a1d8-1809a4ac3db2', '01a20ab1-bf86-733c-8ffb-00cc619cb8f7', 'delivered', '{"now": "sent", "offer": "01a20ab1-bef0-75e7-91af-8a027af9fe1e", "attempt": 1, "channel": "phone-list", "message": "who_comes", "outcome": "sent"}', '1', 'c89893e68708e04e824035714165d8ed9b909b749eabcfb3f64c065ca32142ba', '88a9420cc7b41b801aa6954fdcdaf900f042a8c601d8981662fb796df1e1dd77');
INSERT INTO public.event VALUES (58, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-bead-7f7c-8c24-8805a7940e95', '01a20ab1-bf86-733c-8ffb-00cc619cb8f7', 'delivered', '{"now": "sent", "offer": "01a20ab1-bf71-7060-a1ed-03b403fa4fc3", "attempt": 1, "channel": "phone-list", "message": "offer", "outcome": "sent"}', '1', '88a9420cc7b41b801aa6954fdcdaf900f042a8c601d8981662fb796df1e1dd77', '8d560deefa0b9bea07cf89cb70d0b25d4fb5d0c207ce203727684b9c01011872');
INSERT INTO public.event VALUES (59, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', '01a20ab1-bf86-733c-8ffb-00cc619cb8f7', 'delivered', '{"now": "sent", "offer": "01a20ab1-bf71-7059-9c3b-aa11b24fcaec", "attempt": 1, "channel": "phone-list", "message": "offer", "outcome": "sent"}', '1', '8d560deefa0b9bea07cf89cb70d0b25d4fb5d0c207ce203727684b9c01011872', '2f522a9556109bdad659d6e506d5da859f62d24c6c3c84eb82b5effeaf8ff8bf');
INSERT INTO public.event VALUES (60, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-be87-7730-b083-3e2ba9c59c53', '01a20ab1-bf92-74bd-be0c-9fc3496c4575', 'moved', '{"now": "done", "was": "arranged", "reason": null}', '1', '2f522a9556109bdad659d6e506d5da859f62d24c6c3c84eb82b5effeaf8ff8bf', 'f1ea7563ba72a162ca6cf4810de99b4b05205c826dc1240562659bd20c979cf2');
INSERT INTO public.event VALUES (61, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-be87-7730-b083-3e2ba9c59c53', '01a20ab1-bf9b-7ef8-8b30-16124dfd5cb3', 'moved', '{"now": "rated", "was": "done", "reason": null}', '1', 'f1ea7563ba72a162ca6cf4810de99b4b05205c826dc1240562659bd20c979cf2', '378b6439cdff6128a1ac57d79bdc6bdf82347811ed380bc54879e418127f20e8');
INSERT INTO public.event VALUES (62, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-be92-7e3b-8bda-31215db54976', '01a20ab1-bfa6-7a49-802e-a1e6b261d880', 'moved', '{"now": "unable", "was": "triaged", "reason": "unable"}', '1', '378b6439cdff6128a1ac57d79bdc6bdf82347811ed380bc54879e418127f20e8', 'c5e94d840b5b84026edac2f81d23665b5ad43eeb9940aec019be78aeb1336ab1');
INSERT INTO public.event VALUES (63, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-be9a-7e63-8f13-a47f7eb4091a', '01a20ab1-bfaa-760f-ad4a-e4680a3cec45', 'moved', '{"now": "handed_over", "was": "triaged", "reason": "handed-over"}', '1', 'c5e94d840b5b84026edac2f81d23665b5ad43eeb9940aec019be78aeb1336ab1', 'a0c873a8bd28ebe66803172894649ee616984eeb7318d2f8301114e254610792');
INSERT INTO public.event VALUES (64, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-bead-7f7c-8c24-8805a7940e95', '01a20ab1-bfaf-7927-b786-e8cf15656c27', 'moved', '{"now": "promoted", "was": "asking", "reason": "promoted"}', '1', 'a0c873a8bd28ebe66803172894649ee616984eeb7318d2f8301114e254610792', 'd7da3c1ae7ae56638f8e3d7cc93d8abf26eb6f20c937c26707fe9d1ab9f930f5');
INSERT INTO public.event VALUES (65, 'street', '2026-11-23 02:00:00+00', '小李', NULL, '01a20ab1-bead-7f7c-8c24-8805a7940e95', '01a20ab1-bfaf-7927-b786-e8cf15656c27', 'offer-ended', '{"now": "withdrawn", "was": "offered", "offer": "01a20ab1-bf71-7060-a1ed-03b403fa4fc3"}', '1', 'd7da3c1ae7ae56638f8e3d7cc93d8abf26eb6f20c937c26707fe9d1ab9f930f5', 'c55b82755264a0a1f83c3dd2214d1331a7e8e03d859d2a578f5612633546834a');


--
-- Data for Name: household; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: inbound; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.inbound VALUES ('by-hand', 'm1', 'unclear', '01a20ab1-bf56-7ff0-9f56-928e02708dce', '2026-11-23 01:00:00+00', 'unknown', NULL);


--
-- Data for Name: offer; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.offer VALUES ('01a20ab1-bef0-7bf7-bf94-a675c58232c5', '01a20ab1-be9a-7e63-8f13-a47f7eb4091a', 1, '01a20ab1-be74-7788-9af9-67d39e2167d5', 1, NULL, 'declined', '2026-11-23 05:00:00+00', '2708', 2, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', 75, '{"skill": 20, "stairs": 50, "distance": 5}');
INSERT INTO public.offer VALUES ('01a20ab1-bef0-7e32-ab04-bf47e777d52f', '01a20ab1-bead-7f7c-8c24-8805a7940e95', 1, '01a20ab1-be74-7788-9af9-67d39e2167d5', 2, NULL, 'expired', '2026-11-23 05:00:00+00', '7844', 2, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', 80, '{"stairs": 50, "distance": 30}');
INSERT INTO public.offer VALUES ('01a20ab1-bef0-75e7-91af-8a027af9fe1e', '01a20ab1-bea0-721d-a1d8-1809a4ac3db2', 1, '01a20ab1-be7b-74b8-a9ca-56e4ee3c5a14', 1, 1, 'accepted', '2026-11-23 05:00:00+00', '2681', 2, '2026-11-23 01:00:00+00', NULL, 80, '{"stairs": 50, "distance": 30}');
INSERT INTO public.offer VALUES ('01a20ab1-bef0-7d8c-aa7a-68ee946464a0', '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', 1, '01a20ab1-be7d-74a4-b811-cbf62b569a4a', 1, NULL, 'declined', '2026-11-23 05:00:00+00', '8799', 2, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', 80, '{"stairs": 50, "distance": 30}');
INSERT INTO public.offer VALUES ('01a20ab1-bf71-7059-9c3b-aa11b24fcaec', '01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', 2, '01a20ab1-be74-7788-9af9-67d39e2167d5', 1, NULL, 'offered', '2026-11-23 06:00:00+00', '9671', 1, '2026-11-23 02:00:00+00', NULL, 272, '{"stairs": 50, "distance": 222}');
INSERT INTO public.offer VALUES ('01a20ab1-bef0-7696-ae1b-692a9014195b', '01a20ab1-be87-7730-b083-3e2ba9c59c53', 1, '01a20ab1-be79-78a3-9971-49b59ba764c7', 1, 1, 'done', '2026-11-23 05:00:00+00', '2684', 3, '2026-11-23 01:00:00+00', '2026-11-23 02:00:00+00', 80, '{"stairs": 50, "distance": 30}');
INSERT INTO public.offer VALUES ('01a20ab1-bf71-7060-a1ed-03b403fa4fc3', '01a20ab1-bead-7f7c-8c24-8805a7940e95', 2, '01a20ab1-be7d-74a4-b811-cbf62b569a4a', 1, NULL, 'withdrawn', '2026-11-23 06:00:00+00', '3627', 2, '2026-11-23 02:00:00+00', '2026-11-23 02:00:00+00', 272, '{"stairs": 50, "distance": 222}');


--
-- Data for Name: person_private; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.person_private VALUES ('01a20ab1-be74-7214-9770-d133e9c08bcb', '甲', '+9991380000001', '', NULL, NULL, NULL, '打座机');
INSERT INTO public.person_private VALUES ('01a20ab1-be79-78db-8274-006278d76f2e', '乙', '+9991380000002', '', NULL, NULL, NULL, '');
INSERT INTO public.person_private VALUES ('01a20ab1-be7b-7991-803b-b2592a682f2e', '丙', '+9991380000003', '', NULL, NULL, NULL, '');
INSERT INTO public.person_private VALUES ('01a20ab1-be7d-734b-ab5e-c4cc97a29b04', '丁', '+9991380000004', '', NULL, NULL, NULL, '');
INSERT INTO public.person_private VALUES ('01a20ab1-be87-7623-9664-09949b493713', '居民1', '+9991380000001', '8号楼2单元301', 3, NULL, NULL, '第1件: it''s 100%');
INSERT INTO public.person_private VALUES ('01a20ab1-be92-7998-817b-5e25a1dc6e0d', '居民2', '+9991380000002', '', 3, NULL, NULL, '第2件: it''s 100%');
INSERT INTO public.person_private VALUES ('01a20ab1-be9a-7772-b1cc-6af8ff2e6591', '居民3', '+9991380000003', '8号楼1单元101', 3, NULL, NULL, '第3件: it''s 100%');
INSERT INTO public.person_private VALUES ('01a20ab1-bea0-740e-8d36-1d4a96746fc6', '居民4', '+9991380000004', '', 3, NULL, NULL, '第4件: it''s 100%');
INSERT INTO public.person_private VALUES ('01a20ab1-bea7-7d2c-be44-66dfdd4ed119', '居民5', '+9991380000005', '8号楼2单元301', 3, NULL, NULL, '第5件: it''s 100%');
INSERT INTO public.person_private VALUES ('01a20ab1-bead-7e51-bf42-c70b6110e967', '居民6', '+9991380000006', '', 3, NULL, NULL, '第6件: it''s 100%');
INSERT INTO public.person_private VALUES ('01a20ab1-beb3-73cd-aca9-231d68b07389', '居民7', '+9991380000007', '', 3, NULL, NULL, '第7件: it''s 100%');
INSERT INTO public.person_private VALUES ('01a20ab1-bf56-7ff0-9f56-928e02708dce', '', '', '', NULL, NULL, NULL, '在吗');
INSERT INTO public.person_private VALUES ('01a20ab1-bf9c-75b3-8e35-2460c705ef72', '', '', '', NULL, NULL, NULL, '好');
INSERT INTO public.person_private VALUES ('01a20ab1-bfa6-7c13-8595-f0e443c80277', '', '', '', NULL, NULL, NULL, '没有人');
INSERT INTO public.person_private VALUES ('01a20ab1-bfab-77c3-bb86-d07548f21a99', '', '', '', NULL, NULL, NULL, '物业');


--
-- Data for Name: phone_sheet; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.phone_sheet VALUES ('street', 1, 1, '01a20ab1-bef3-72e8-8451-cc75ea3f625a', '2026-11-23 01:00:00+00', 'a');
INSERT INTO public.phone_sheet VALUES ('street', 1, 2, '01a20ab1-bef3-75c7-a6c8-a75ad276b5bf', '2026-11-23 01:00:00+00', 'd');
INSERT INTO public.phone_sheet VALUES ('street', 1, 3, '01a20ab1-bef3-7af5-a40d-c810220c4fb2', '2026-11-23 01:00:00+00', 'n');
INSERT INTO public.phone_sheet VALUES ('street', 1, 4, '01a20ab1-bef3-76d8-bf0b-e3994332344f', '2026-11-23 01:00:00+00', 'a');
INSERT INTO public.phone_sheet VALUES ('street', 1, 5, '01a20ab1-bef3-7f56-883a-34bbf4cde807', '2026-11-23 01:00:00+00', 'd');


--
-- Data for Name: place; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.place VALUES ('01a20ab1-be6e-738e-94dd-66103e303229', 'street', 'street', 'community', NULL, '测试街', 37.85, 112.55, NULL, false, NULL);
INSERT INTO public.place VALUES ('01a20ab1-be6e-726b-aa95-da338f16472f', 'street', 'G1', 'grid', '01a20ab1-be6e-738e-94dd-66103e303229', '第1网格', NULL, NULL, NULL, false, NULL);
INSERT INTO public.place VALUES ('01a20ab1-be6e-7529-8bdb-50376fb7ff68', 'street', 'G2', 'grid', '01a20ab1-be6e-738e-94dd-66103e303229', '第2网格', NULL, NULL, NULL, false, NULL);
INSERT INTO public.place VALUES ('01a20ab1-be6e-7932-b601-2b071bca4591', 'street', '8', 'building', '01a20ab1-be6e-726b-aa95-da338f16472f', '8号楼', 37.85, 112.55, NULL, false, NULL);
INSERT INTO public.place VALUES ('01a20ab1-be6e-751b-9ff3-7561f2b7ffa3', 'street', '9', 'building', '01a20ab1-be6e-7529-8bdb-50376fb7ff68', '9号楼', 37.852, 112.55, NULL, false, NULL);
INSERT INTO public.place VALUES ('01a20ab1-be6e-7c54-b17b-6732c265aeed', 'street', '8-1', 'unit', '01a20ab1-be6e-7932-b601-2b071bca4591', '8号楼1单元', NULL, NULL, NULL, false, NULL);
INSERT INTO public.place VALUES ('01a20ab1-be6e-7094-bdd1-87d06ceefa7b', 'street', '8-2', 'unit', '01a20ab1-be6e-7932-b601-2b071bca4591', '8号楼2单元', NULL, NULL, NULL, false, NULL);


--
-- Data for Name: request; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.request VALUES ('01a20ab1-bea7-7808-beac-b6c74087c248', 'street', 5, 'k5', 'ba6e0e024c5ec40166d2b56e87c059754a1be09d7343c11ebc310f737b60ceb2', 'merged', NULL, 2, '01a20ab1-be6e-767a-b48b-c3693dfbabb8', '01a20ab1-be6e-7094-bdd1-87d06ceefa7b', '01a20ab1-bea7-7d2c-be44-66dfdd4ed119', NULL, 'normal', 'phone', NULL, NULL, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', NULL, NULL, 'repeat', NULL, '01a20ab1-be87-7730-b083-3e2ba9c59c53', NULL);
INSERT INTO public.request VALUES ('01a20ab1-bea0-721d-a1d8-1809a4ac3db2', 'street', 4, 'k4', 'ac846f935bfaddcf253870f1337d0f086bb0f1529e5baa6bc9c7181082c2dbfd', 'arranged', '2026-11-23 03:00:00+00', 4, '01a20ab1-be6e-7ed8-ba62-e2f32e638885', '01a20ab1-be6e-751b-9ff3-7561f2b7ffa3', '01a20ab1-bea0-740e-8d36-1d4a96746fc6', NULL, 'normal', 'phone', NULL, NULL, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.request VALUES ('01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', 'street', 7, 'k7', '43846027ffc5904624a652b9cc55c3ad4c0af78f6f890883419e87a40eb33705', 'asking', '2026-11-23 06:00:00+00', 5, '01a20ab1-be6e-7ed8-ba62-e2f32e638885', '01a20ab1-be6e-751b-9ff3-7561f2b7ffa3', '01a20ab1-beb3-73cd-aca9-231d68b07389', NULL, 'normal', 'phone', NULL, NULL, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.request VALUES ('01a20ab1-be87-7730-b083-3e2ba9c59c53', 'street', 1, 'k1', 'c3273782747f1581960c16ab770210010195d7f9cde8cdc1e5de905c0b32a754', 'rated', NULL, 6, '01a20ab1-be6e-767a-b48b-c3693dfbabb8', '01a20ab1-be6e-7094-bdd1-87d06ceefa7b', '01a20ab1-be87-7623-9664-09949b493713', NULL, 'normal', 'phone', NULL, NULL, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', '2026-11-23 02:00:00+00', NULL, NULL, '01a20ab1-bf9c-75b3-8e35-2460c705ef72', NULL, 5);
INSERT INTO public.request VALUES ('01a20ab1-be92-7e3b-8bda-31215db54976', 'street', 2, 'k2', '9e8b0be660f2a794cda14b6ed0e617d88d145891571b4594fa636ce7610534dd', 'unable', NULL, 5, '01a20ab1-be6e-7ed8-ba62-e2f32e638885', '01a20ab1-be6e-7c54-b17b-6732c265aeed', '01a20ab1-be92-7998-817b-5e25a1dc6e0d', NULL, 'normal', 'phone', NULL, NULL, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', NULL, NULL, 'unable', '01a20ab1-bfa6-7c13-8595-f0e443c80277', NULL, NULL);
INSERT INTO public.request VALUES ('01a20ab1-be9a-7e63-8f13-a47f7eb4091a', 'street', 3, 'k3', '07b1a40ccbadc2b879487dda9d42433d3679adfe9b3c50e80a0f0458e44453a0', 'handed_over', NULL, 6, '01a20ab1-be6e-767a-b48b-c3693dfbabb8', '01a20ab1-be6e-7c54-b17b-6732c265aeed', '01a20ab1-be9a-7772-b1cc-6af8ff2e6591', NULL, 'normal', 'phone', NULL, NULL, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', NULL, NULL, 'handed-over', '01a20ab1-bfab-77c3-bb86-d07548f21a99', NULL, NULL);
INSERT INTO public.request VALUES ('01a20ab1-bead-7f7c-8c24-8805a7940e95', 'street', 6, 'k6', '19e4ec5994c51b94112458431627f12790f1bf0e627c5e508f6944fc0ca69194', 'promoted', NULL, 6, '01a20ab1-be6e-7ed8-ba62-e2f32e638885', '01a20ab1-be6e-7094-bdd1-87d06ceefa7b', '01a20ab1-bead-7e51-bf42-c70b6110e967', NULL, 'normal', 'phone', NULL, NULL, '2026-11-23 01:00:00+00', '2026-11-23 01:00:00+00', NULL, NULL, 'promoted', NULL, NULL, NULL);


--
-- Data for Name: request_slot; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.request_slot VALUES ('01a20ab1-be87-7730-b083-3e2ba9c59c53', 1, false);
INSERT INTO public.request_slot VALUES ('01a20ab1-be9a-7e63-8f13-a47f7eb4091a', 1, false);
INSERT INTO public.request_slot VALUES ('01a20ab1-bea0-721d-a1d8-1809a4ac3db2', 1, false);
INSERT INTO public.request_slot VALUES ('01a20ab1-bea7-7808-beac-b6c74087c248', 1, false);
INSERT INTO public.request_slot VALUES ('01a20ab1-bead-7f7c-8c24-8805a7940e95', 1, false);
INSERT INTO public.request_slot VALUES ('01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', 1, false);
INSERT INTO public.request_slot VALUES ('01a20ab1-be92-7e3b-8bda-31215db54976', 1, false);
INSERT INTO public.request_slot VALUES ('01a20ab1-be92-7e3b-8bda-31215db54976', 2, false);


--
-- Data for Name: responder; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.responder VALUES ('01a20ab1-be74-7788-9af9-67d39e2167d5', 'street', 'V1', 'volunteer', '01a20ab1-be74-7214-9770-d133e9c08bcb', '01a20ab1-be6e-7c54-b17b-6732c265aeed', NULL, true, false, false, '[["plumbing", 3, null]]', '[]', '[]', NULL, 'zh', NULL, true, 1);
INSERT INTO public.responder VALUES ('01a20ab1-be79-78a3-9971-49b59ba764c7', 'street', 'V2', 'volunteer', '01a20ab1-be79-78db-8274-006278d76f2e', '01a20ab1-be6e-7c54-b17b-6732c265aeed', NULL, true, false, false, '[["plumbing", 2, null]]', '[["electrician", null]]', '[[0, 480, 1080]]', NULL, 'zh', NULL, true, 1);
INSERT INTO public.responder VALUES ('01a20ab1-be7b-74b8-a9ca-56e4ee3c5a14', 'street', 'V3', 'volunteer', '01a20ab1-be7b-7991-803b-b2592a682f2e', '01a20ab1-be6e-751b-9ff3-7561f2b7ffa3', NULL, true, false, false, '[]', '[]', '[]', NULL, 'zh', NULL, true, 1);
INSERT INTO public.responder VALUES ('01a20ab1-be7d-74a4-b811-cbf62b569a4a', 'street', 'V4', 'volunteer', '01a20ab1-be7d-734b-ab5e-c4cc97a29b04', '01a20ab1-be6e-751b-9ff3-7561f2b7ffa3', NULL, true, false, false, '[]', '[]', '[]', NULL, 'zh', NULL, true, 1);


--
-- Data for Name: responder_seat; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.responder_seat VALUES ('01a20ab1-be74-7788-9af9-67d39e2167d5', 1, false);
INSERT INTO public.responder_seat VALUES ('01a20ab1-be74-7788-9af9-67d39e2167d5', 2, false);
INSERT INTO public.responder_seat VALUES ('01a20ab1-be79-78a3-9971-49b59ba764c7', 1, false);
INSERT INTO public.responder_seat VALUES ('01a20ab1-be7b-74b8-a9ca-56e4ee3c5a14', 1, false);
INSERT INTO public.responder_seat VALUES ('01a20ab1-be7d-74a4-b811-cbf62b569a4a', 1, false);


--
-- Data for Name: service; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.service VALUES ('01a20ab1-be6e-767a-b48b-c3693dfbabb8', 'street', 'drain', '疏通下水', 'clear a drain', '{"plumbing": 2}', NULL, 'normal', 'neighbours', 45, false, true, false, 'matter', 'own', '[]', true);
INSERT INTO public.service VALUES ('01a20ab1-be6e-7ed8-ba62-e2f32e638885', 'street', 'listen', '心理疏导', 'somebody who listens', '{}', NULL, 'normal', 'neighbours', 45, true, true, false, 'matter', 'own', '[]', true);


--
-- Data for Name: wave; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.wave VALUES ('01a20ab1-be87-7730-b083-3e2ba9c59c53', 1, '2026-11-23 01:00:00+00', 'one-at-a-time');
INSERT INTO public.wave VALUES ('01a20ab1-be9a-7e63-8f13-a47f7eb4091a', 1, '2026-11-23 01:00:00+00', 'one-at-a-time');
INSERT INTO public.wave VALUES ('01a20ab1-bea0-721d-a1d8-1809a4ac3db2', 1, '2026-11-23 01:00:00+00', 'one-at-a-time');
INSERT INTO public.wave VALUES ('01a20ab1-bead-7f7c-8c24-8805a7940e95', 1, '2026-11-23 01:00:00+00', 'one-at-a-time');
INSERT INTO public.wave VALUES ('01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', 1, '2026-11-23 01:00:00+00', 'one-at-a-time');
INSERT INTO public.wave VALUES ('01a20ab1-bead-7f7c-8c24-8805a7940e95', 2, '2026-11-23 02:00:00+00', 'one-at-a-time');
INSERT INTO public.wave VALUES ('01a20ab1-beb3-7e3f-94b4-e58e26d31bd9', 2, '2026-11-23 02:00:00+00', 'one-at-a-time');


--
-- Name: event_seq_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.event_seq_seq', 65, true);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: about pk_about; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.about
    ADD CONSTRAINT pk_about PRIMARY KEY (key);


--
-- Name: bond pk_bond; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bond
    ADD CONSTRAINT pk_bond PRIMARY KEY (household_id, responder_id);


--
-- Name: community pk_community; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.community
    ADD CONSTRAINT pk_community PRIMARY KEY (code);


--
-- Name: delivery pk_delivery; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT pk_delivery PRIMARY KEY (id);


--
-- Name: event pk_event; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event
    ADD CONSTRAINT pk_event PRIMARY KEY (seq);


--
-- Name: household pk_household; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.household
    ADD CONSTRAINT pk_household PRIMARY KEY (id);


--
-- Name: inbound pk_inbound; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbound
    ADD CONSTRAINT pk_inbound PRIMARY KEY (channel, provider_msg_id);


--
-- Name: offer pk_offer; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offer
    ADD CONSTRAINT pk_offer PRIMARY KEY (id);


--
-- Name: person_private pk_person_private; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.person_private
    ADD CONSTRAINT pk_person_private PRIMARY KEY (person_id);


--
-- Name: phone_sheet pk_phone_sheet; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.phone_sheet
    ADD CONSTRAINT pk_phone_sheet PRIMARY KEY (community, sheet_no, row_no);


--
-- Name: place pk_place; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.place
    ADD CONSTRAINT pk_place PRIMARY KEY (id);


--
-- Name: request pk_request; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.request
    ADD CONSTRAINT pk_request PRIMARY KEY (id);


--
-- Name: request_slot pk_request_slot; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.request_slot
    ADD CONSTRAINT pk_request_slot PRIMARY KEY (request_id, slot_no);


--
-- Name: responder pk_responder; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.responder
    ADD CONSTRAINT pk_responder PRIMARY KEY (id);


--
-- Name: responder_seat pk_responder_seat; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.responder_seat
    ADD CONSTRAINT pk_responder_seat PRIMARY KEY (responder_id, seat_no);


--
-- Name: service pk_service; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service
    ADD CONSTRAINT pk_service PRIMARY KEY (id);


--
-- Name: wave pk_wave; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.wave
    ADD CONSTRAINT pk_wave PRIMARY KEY (request_id, wave_no);


--
-- Name: delivery uq_delivery_offer_id_kind_channel; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT uq_delivery_offer_id_kind_channel UNIQUE (offer_id, kind, channel);


--
-- Name: event uq_event_community_prev_hash; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event
    ADD CONSTRAINT uq_event_community_prev_hash UNIQUE (community, prev_hash);


--
-- Name: household uq_household_community_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.household
    ADD CONSTRAINT uq_household_community_code UNIQUE (community, code);


--
-- Name: offer uq_offer_responder_id_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offer
    ADD CONSTRAINT uq_offer_responder_id_code UNIQUE (responder_id, code);


--
-- Name: place uq_place_community_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.place
    ADD CONSTRAINT uq_place_community_code UNIQUE (community, code);


--
-- Name: request uq_request_community_number; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.request
    ADD CONSTRAINT uq_request_community_number UNIQUE (community, number);


--
-- Name: request uq_request_idem_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.request
    ADD CONSTRAINT uq_request_idem_key UNIQUE (idem_key);


--
-- Name: responder uq_responder_community_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.responder
    ADD CONSTRAINT uq_responder_community_code UNIQUE (community, code);


--
-- Name: service uq_service_community_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service
    ADD CONSTRAINT uq_service_community_code UNIQUE (community, code);


--
-- Name: ix_bond_responder_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_bond_responder_id ON public.bond USING btree (responder_id);


--
-- Name: ix_delivery_request_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_delivery_request_id ON public.delivery USING btree (request_id);


--
-- Name: ix_delivery_state_next_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_delivery_state_next_at ON public.delivery USING btree (state, next_at);


--
-- Name: ix_event_community_seq; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_event_community_seq ON public.event USING btree (community, seq);


--
-- Name: ix_event_request_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_event_request_id ON public.event USING btree (request_id);


--
-- Name: ix_event_step; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_event_step ON public.event USING btree (step);


--
-- Name: ix_household_place_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_household_place_id ON public.household USING btree (place_id);


--
-- Name: ix_offer_code; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_offer_code ON public.offer USING btree (code);


--
-- Name: ix_offer_request_id_wave_no; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_offer_request_id_wave_no ON public.offer USING btree (request_id, wave_no);


--
-- Name: ix_offer_state_deadline_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_offer_state_deadline_at ON public.offer USING btree (state, deadline_at);


--
-- Name: ix_person_private_phone; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_person_private_phone ON public.person_private USING btree (phone);


--
-- Name: ix_phone_sheet_delivery_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_phone_sheet_delivery_id ON public.phone_sheet USING btree (delivery_id);


--
-- Name: ix_request_person_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_request_person_id ON public.request USING btree (person_id);


--
-- Name: ix_request_place_id_service_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_request_place_id_service_id ON public.request USING btree (place_id, service_id);


--
-- Name: ix_request_state_next_check_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_request_state_next_check_at ON public.request USING btree (state, next_check_at);


--
-- Name: ix_responder_person_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_responder_person_id ON public.responder USING btree (person_id);


--
-- Name: uq_delivery_once_an_occasion; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_delivery_once_an_occasion ON public.delivery USING btree (request_id, kind, channel, occasion) WHERE (offer_id IS NULL);


--
-- Name: uq_offer_one_holder_a_slot; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_offer_one_holder_a_slot ON public.offer USING btree (request_id, slot_no) WHERE ((state)::text = ANY ((ARRAY['accepted'::character varying, 'doing'::character varying, 'done'::character varying])::text[]));


--
-- Name: uq_offer_one_offer_a_pair; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_offer_one_offer_a_pair ON public.offer USING btree (request_id, responder_id) WHERE ((state)::text = ANY ((ARRAY['accepted'::character varying, 'doing'::character varying, 'done'::character varying, 'offered'::character varying])::text[]));


--
-- Name: uq_offer_one_offer_a_seat; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_offer_one_offer_a_seat ON public.offer USING btree (responder_id, seat_no) WHERE ((state)::text = ANY ((ARRAY['accepted'::character varying, 'doing'::character varying, 'offered'::character varying])::text[]));


--
-- Name: event event_is_not_edited; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_is_not_edited BEFORE DELETE OR UPDATE ON public.event FOR EACH ROW EXECUTE FUNCTION public.dispatch_event_is_not_edited();


--
-- Name: event event_is_not_truncated; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER event_is_not_truncated BEFORE TRUNCATE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION public.dispatch_event_is_not_edited();


--
-- Name: offer offer_takes_no_retired_seat; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER offer_takes_no_retired_seat BEFORE INSERT OR UPDATE OF responder_id, seat_no ON public.offer FOR EACH ROW EXECUTE FUNCTION public.dispatch_no_retired_seat();


--
-- Name: offer offer_takes_no_retired_slot; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER offer_takes_no_retired_slot BEFORE INSERT OR UPDATE OF request_id, slot_no ON public.offer FOR EACH ROW EXECUTE FUNCTION public.dispatch_no_retired_slot();


--
-- Name: bond fk_bond_household_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bond
    ADD CONSTRAINT fk_bond_household_id FOREIGN KEY (household_id) REFERENCES public.household(id);


--
-- Name: bond fk_bond_responder_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bond
    ADD CONSTRAINT fk_bond_responder_id FOREIGN KEY (responder_id) REFERENCES public.responder(id);


--
-- Name: delivery fk_delivery_offer_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT fk_delivery_offer_id FOREIGN KEY (offer_id) REFERENCES public.offer(id);


--
-- Name: delivery fk_delivery_request_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT fk_delivery_request_id FOREIGN KEY (request_id) REFERENCES public.request(id);


--
-- Name: household fk_household_community; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.household
    ADD CONSTRAINT fk_household_community FOREIGN KEY (community) REFERENCES public.community(code);


--
-- Name: household fk_household_place_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.household
    ADD CONSTRAINT fk_household_place_id FOREIGN KEY (place_id) REFERENCES public.place(id);


--
-- Name: inbound fk_inbound_offer_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.inbound
    ADD CONSTRAINT fk_inbound_offer_id FOREIGN KEY (offer_id) REFERENCES public.offer(id);


--
-- Name: offer fk_offer_request_id_slot_no; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offer
    ADD CONSTRAINT fk_offer_request_id_slot_no FOREIGN KEY (request_id, slot_no) REFERENCES public.request_slot(request_id, slot_no);


--
-- Name: offer fk_offer_request_id_wave_no; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offer
    ADD CONSTRAINT fk_offer_request_id_wave_no FOREIGN KEY (request_id, wave_no) REFERENCES public.wave(request_id, wave_no);


--
-- Name: offer fk_offer_responder_id_seat_no; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.offer
    ADD CONSTRAINT fk_offer_responder_id_seat_no FOREIGN KEY (responder_id, seat_no) REFERENCES public.responder_seat(responder_id, seat_no);


--
-- Name: phone_sheet fk_phone_sheet_community; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.phone_sheet
    ADD CONSTRAINT fk_phone_sheet_community FOREIGN KEY (community) REFERENCES public.community(code);


--
-- Name: phone_sheet fk_phone_sheet_delivery_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.phone_sheet
    ADD CONSTRAINT fk_phone_sheet_delivery_id FOREIGN KEY (delivery_id) REFERENCES public.delivery(id);


--
-- Name: place fk_place_community; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.place
    ADD CONSTRAINT fk_place_community FOREIGN KEY (community) REFERENCES public.community(code);


--
-- Name: place fk_place_parent_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.place
    ADD CONSTRAINT fk_place_parent_id FOREIGN KEY (parent_id) REFERENCES public.place(id);


--
-- Name: request fk_request_community; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.request
    ADD CONSTRAINT fk_request_community FOREIGN KEY (community) REFERENCES public.community(code);


--
-- Name: request fk_request_household_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.request
    ADD CONSTRAINT fk_request_household_id FOREIGN KEY (household_id) REFERENCES public.household(id);


--
-- Name: request fk_request_merged_into; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.request
    ADD CONSTRAINT fk_request_merged_into FOREIGN KEY (merged_into) REFERENCES public.request(id);


--
-- Name: request fk_request_place_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.request
    ADD CONSTRAINT fk_request_place_id FOREIGN KEY (place_id) REFERENCES public.place(id);


--
-- Name: request fk_request_service_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.request
    ADD CONSTRAINT fk_request_service_id FOREIGN KEY (service_id) REFERENCES public.service(id);


--
-- Name: request_slot fk_request_slot_request_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.request_slot
    ADD CONSTRAINT fk_request_slot_request_id FOREIGN KEY (request_id) REFERENCES public.request(id);


--
-- Name: responder fk_responder_community; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.responder
    ADD CONSTRAINT fk_responder_community FOREIGN KEY (community) REFERENCES public.community(code);


--
-- Name: responder fk_responder_place_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.responder
    ADD CONSTRAINT fk_responder_place_id FOREIGN KEY (place_id) REFERENCES public.place(id);


--
-- Name: responder_seat fk_responder_seat_responder_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.responder_seat
    ADD CONSTRAINT fk_responder_seat_responder_id FOREIGN KEY (responder_id) REFERENCES public.responder(id);


--
-- Name: service fk_service_community; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service
    ADD CONSTRAINT fk_service_community FOREIGN KEY (community) REFERENCES public.community(code);


--
-- Name: wave fk_wave_request_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.wave
    ADD CONSTRAINT fk_wave_request_id FOREIGN KEY (request_id) REFERENCES public.request(id);


--
-- PostgreSQL database dump complete
--



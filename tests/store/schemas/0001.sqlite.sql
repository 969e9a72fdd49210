BEGIN TRANSACTION;
CREATE TABLE about (
	"key" VARCHAR(64) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_about PRIMARY KEY ("key")
);
INSERT INTO "about" VALUES('last_tick','2026-11-23T02:00:00.000000Z');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE bond (
	household_id VARCHAR(36) NOT NULL, 
	responder_id VARCHAR(36) NOT NULL, 
	CONSTRAINT pk_bond PRIMARY KEY (household_id, responder_id), 
	CONSTRAINT fk_bond_household_id FOREIGN KEY(household_id) REFERENCES household (id), 
	CONSTRAINT fk_bond_responder_id FOREIGN KEY(responder_id) REFERENCES responder (id)
);
CREATE TABLE community (
	code VARCHAR(64) NOT NULL, 
	name_zh TEXT NOT NULL, 
	name_en TEXT NOT NULL, 
	zone VARCHAR(64) NOT NULL, 
	phone_region VARCHAR(2) NOT NULL, 
	last_number INTEGER DEFAULT '0' NOT NULL, 
	last_sheet INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_community PRIMARY KEY (code)
);
INSERT INTO "community" VALUES('street','测试街','Street','Asia/Shanghai','CN',7,1);
CREATE TABLE delivery (
	id VARCHAR(36) NOT NULL, 
	offer_id VARCHAR(36), 
	request_id VARCHAR(36) NOT NULL, 
	recipient VARCHAR(64) NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	occasion INTEGER DEFAULT '1' NOT NULL, 
	channel VARCHAR(64) NOT NULL, 
	state VARCHAR(64) NOT NULL, 
	attempt INTEGER DEFAULT '0' NOT NULL, 
	unknowns INTEGER DEFAULT '0' NOT NULL, 
	fence INTEGER DEFAULT '0' NOT NULL, 
	lease_until VARCHAR(27), 
	next_at VARCHAR(27) NOT NULL, 
	sent_at VARCHAR(27), 
	note TEXT DEFAULT '' NOT NULL, 
	reference TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_delivery PRIMARY KEY (id), 
	CONSTRAINT ck_delivery_leased_while_sending CHECK ((state = 'sending') = (lease_until IS NOT NULL)), 
	CONSTRAINT ck_delivery_known_recipient CHECK (recipient IN ('resident', 'responder')), 
	CONSTRAINT ck_delivery_known_state CHECK (state IN ('dropped', 'gave_up', 'held', 'ready', 'sending', 'sent')), 
	CONSTRAINT fk_delivery_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id), 
	CONSTRAINT fk_delivery_request_id FOREIGN KEY(request_id) REFERENCES request (id), 
	CONSTRAINT uq_delivery_offer_id_kind_channel UNIQUE (offer_id, kind, channel)
);
INSERT INTO "delivery" VALUES('01a20ab1-ba57-7805-b6dd-7e9b0225b662','01a20ab1-ba56-7155-84f8-1f2fa3f730e9','01a20ab1-b9dc-7293-8f77-190918d15e13','responder','offer',1,'phone-list','sent',1,0,1,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z','on the list','');
INSERT INTO "delivery" VALUES('01a20ab1-ba57-7b25-bbd0-4d3e009011fe','01a20ab1-ba56-7c71-8740-870c31e3fe70','01a20ab1-b9e7-7c49-8ada-1b234866a714','responder','offer',1,'phone-list','sent',1,0,1,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z','on the list','');
INSERT INTO "delivery" VALUES('01a20ab1-ba57-7c37-80ce-aedd6e1c6ccc','01a20ab1-ba56-7f58-9106-6af86f9eeb3e','01a20ab1-b9ec-7c4d-9887-2710417491c1','responder','offer',1,'phone-list','sent',1,0,1,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z','on the list','');
INSERT INTO "delivery" VALUES('01a20ab1-ba57-7f04-a5d1-059c79053651','01a20ab1-ba56-7421-8d25-0cb44853d9ca','01a20ab1-b9f4-7806-84ef-b5875b694580','responder','offer',1,'phone-list','sent',1,0,1,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z','on the list','');
INSERT INTO "delivery" VALUES('01a20ab1-ba57-7fb0-8699-250fb79cfb79','01a20ab1-ba56-7d2f-b3c8-254438d46368','01a20ab1-b9f8-7d6e-8a83-71404e126ec6','responder','offer',1,'phone-list','sent',1,0,1,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z','on the list','');
INSERT INTO "delivery" VALUES('01a20ab1-ba7a-7dd4-b07c-94651c6f08f4','01a20ab1-ba56-7155-84f8-1f2fa3f730e9','01a20ab1-b9dc-7293-8f77-190918d15e13','responder','details',1,'phone-list','dropped',1,0,1,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T02:00:00.000000Z','on the list','');
INSERT INTO "delivery" VALUES('01a20ab1-ba7a-7e2f-b953-a9b31eaa9d90','01a20ab1-ba56-7155-84f8-1f2fa3f730e9','01a20ab1-b9dc-7293-8f77-190918d15e13','resident','who_comes',1,'phone-list','dropped',1,0,1,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T02:00:00.000000Z','on the list','');
INSERT INTO "delivery" VALUES('01a20ab1-ba83-7639-ab98-86d894525a7f','01a20ab1-ba56-7f58-9106-6af86f9eeb3e','01a20ab1-b9ec-7c4d-9887-2710417491c1','responder','details',1,'phone-list','sent',1,0,1,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T02:00:00.000000Z','on the list','');
INSERT INTO "delivery" VALUES('01a20ab1-ba83-747c-8775-5b20a1711dcc','01a20ab1-ba56-7f58-9106-6af86f9eeb3e','01a20ab1-b9ec-7c4d-9887-2710417491c1','resident','who_comes',1,'phone-list','sent',1,0,1,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T02:00:00.000000Z','on the list','');
INSERT INTO "delivery" VALUES('01a20ab1-ba99-7230-b3aa-2efcede0b9e8','01a20ab1-ba98-7e39-9854-a7df2748650c','01a20ab1-b9f4-7806-84ef-b5875b694580','responder','offer',1,'phone-list','dropped',1,0,1,NULL,'2026-11-23T02:00:00.000000Z','2026-11-23T02:00:00.000000Z','on the list','');
INSERT INTO "delivery" VALUES('01a20ab1-ba99-7e74-a427-9aa8f529fbd4','01a20ab1-ba98-70e0-a473-0b9787ceaedf','01a20ab1-b9f8-7d6e-8a83-71404e126ec6','responder','offer',1,'phone-list','sent',1,0,1,NULL,'2026-11-23T02:00:00.000000Z','2026-11-23T02:00:00.000000Z','on the list','');
INSERT INTO "delivery" VALUES('01a20ab1-bab0-70d8-b1da-04d1569502c3',NULL,'01a20ab1-b9dc-7293-8f77-190918d15e13','resident','done',5,'phone-list','dropped',0,0,0,NULL,'2026-11-23T02:00:00.000000Z',NULL,'','');
CREATE TABLE event (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	community VARCHAR(64) NOT NULL, 
	at VARCHAR(27) NOT NULL, 
	actor TEXT NOT NULL, 
	on_behalf_of TEXT, 
	request_id VARCHAR(36), 
	step VARCHAR(36) NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	params JSON NOT NULL, 
	rules_version VARCHAR(64) NOT NULL, 
	prev_hash VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT uq_event_community_prev_hash UNIQUE (community, prev_hash)
);
INSERT INTO "event" VALUES(1,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9dc-7293-8f77-190918d15e13','01a20ab1-b9d6-7e05-b9df-f8b057884c49','taken','{"number": 1, "service": "drain", "place": "8-2", "urgency": "normal", "headcount": 1, "source": "phone", "told": "by-mouth"}','1','0000000000000000000000000000000000000000000000000000000000000000','bfc4899610886438e6d0e4c77e79db9ae84a6aae542a905a1d16501420680162');
INSERT INTO "event" VALUES(2,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9e3-7527-92b8-c3c23eeadae2','01a20ab1-b9e0-7fbe-b3a8-ff9fcd757c6a','taken','{"number": 2, "service": "listen", "place": "8-1", "urgency": "normal", "headcount": 1, "source": "phone", "told": "by-mouth"}','1','bfc4899610886438e6d0e4c77e79db9ae84a6aae542a905a1d16501420680162','9f997e09c42abceb3b7a6f955e0b7231e8f8103de43090893530d344c6d7b57e');
INSERT INTO "event" VALUES(3,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9e7-7c49-8ada-1b234866a714','01a20ab1-b9e5-79f1-a19b-d87e53284f70','taken','{"number": 3, "service": "drain", "place": "8-1", "urgency": "normal", "headcount": 1, "source": "phone", "told": "by-mouth"}','1','9f997e09c42abceb3b7a6f955e0b7231e8f8103de43090893530d344c6d7b57e','ff6dcbba87601cb4bceb5c7368bebf849867844477c96109760fb96bd112b741');
INSERT INTO "event" VALUES(4,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9ec-7c4d-9887-2710417491c1','01a20ab1-b9eb-7c7f-9adf-9a1ec9e2a19f','taken','{"number": 4, "service": "listen", "place": "9", "urgency": "normal", "headcount": 1, "source": "phone", "told": "by-mouth"}','1','ff6dcbba87601cb4bceb5c7368bebf849867844477c96109760fb96bd112b741','1c7da1c435411209cca1741a8434cb8dd7ec342e9363660aa0abe6b4d338f23b');
INSERT INTO "event" VALUES(5,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f0-7d11-9aa3-89715ff59542','01a20ab1-b9ef-7c6b-aea3-3d4d68748290','taken','{"number": 5, "service": "drain", "place": "8-2", "urgency": "normal", "headcount": 1, "source": "phone", "told": "by-mouth"}','1','1c7da1c435411209cca1741a8434cb8dd7ec342e9363660aa0abe6b4d338f23b','93bc568a45f6d2a0b564221f7dd2f0cae05146a38651a9cbbbc8ece78f0d2fb3');
INSERT INTO "event" VALUES(6,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f4-7806-84ef-b5875b694580','01a20ab1-b9f2-7e72-b21a-d7c4050c16b1','taken','{"number": 6, "service": "listen", "place": "8-2", "urgency": "normal", "headcount": 1, "source": "phone", "told": "by-mouth"}','1','93bc568a45f6d2a0b564221f7dd2f0cae05146a38651a9cbbbc8ece78f0d2fb3','c686097bc07c20b52b5d9a827d9d3301f65410f0f4968a984413004a993ed527');
INSERT INTO "event" VALUES(7,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f8-7d6e-8a83-71404e126ec6','01a20ab1-b9f6-77c0-8995-27ca23489e79','taken','{"number": 7, "service": "listen", "place": "9", "urgency": "normal", "headcount": 1, "source": "phone", "told": "by-mouth"}','1','c686097bc07c20b52b5d9a827d9d3301f65410f0f4968a984413004a993ed527','1d8d4a597c1acd3b448cee0be7a69fab56aca75b7bd6d353e16c3052768fae48');
INSERT INTO "event" VALUES(8,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f0-7d11-9aa3-89715ff59542','01a20ab1-b9f9-7e57-87c6-800b5357e43c','moved','{"was": "received", "now": "merged", "reason": "repeat"}','1','1d8d4a597c1acd3b448cee0be7a69fab56aca75b7bd6d353e16c3052768fae48','12db5ed488dc01b625606e73cebd226fd664ec8db503b08ee1dbbf9c1a3c147b');
INSERT INTO "event" VALUES(9,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9e3-7527-92b8-c3c23eeadae2','01a20ab1-b9ff-718d-8ca3-5563ce569133','edited','{"fields": [], "before": {"service_id": "01a20ab1-b9c7-796f-86d6-6e6f1227165d", "place_id": "01a20ab1-b9c7-7a07-9faf-d2d1526713c4", "household_id": null, "urgency": "normal", "headcount": 1}, "kept": null, "window": null}','1','12db5ed488dc01b625606e73cebd226fd664ec8db503b08ee1dbbf9c1a3c147b','e53a4e3b577017d5bc63787af825901d5500b1021b53c6b55bfa9eaf46028ae7');
INSERT INTO "event" VALUES(10,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9dc-7293-8f77-190918d15e13','01a20ab1-ba06-7deb-954c-a7917b6d6963','moved','{"was": "received", "now": "triaged", "reason": null}','1','e53a4e3b577017d5bc63787af825901d5500b1021b53c6b55bfa9eaf46028ae7','8c3c7dce120ecc105aacc15786b0aa44f1b0478e7ad64d2b33d08f298950c789');
INSERT INTO "event" VALUES(11,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9e3-7527-92b8-c3c23eeadae2','01a20ab1-ba06-7deb-954c-a7917b6d6963','moved','{"was": "received", "now": "triaged", "reason": null}','1','8c3c7dce120ecc105aacc15786b0aa44f1b0478e7ad64d2b33d08f298950c789','217dfc9caddaf75b456f77a4c9b3e26f9b92b792b8eda74879bbc7873c502870');
INSERT INTO "event" VALUES(12,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9e7-7c49-8ada-1b234866a714','01a20ab1-ba06-7deb-954c-a7917b6d6963','moved','{"was": "received", "now": "triaged", "reason": null}','1','217dfc9caddaf75b456f77a4c9b3e26f9b92b792b8eda74879bbc7873c502870','19eab9e0c97fca295689938d64c25ed5d83531e5ef19afcccc282093efa2a91c');
INSERT INTO "event" VALUES(13,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9ec-7c4d-9887-2710417491c1','01a20ab1-ba06-7deb-954c-a7917b6d6963','moved','{"was": "received", "now": "triaged", "reason": null}','1','19eab9e0c97fca295689938d64c25ed5d83531e5ef19afcccc282093efa2a91c','61465b5f77b836cab6c54036febb8294e2a004d0c4fb67df56988cf3f39f18fe');
INSERT INTO "event" VALUES(14,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f4-7806-84ef-b5875b694580','01a20ab1-ba06-7deb-954c-a7917b6d6963','moved','{"was": "received", "now": "triaged", "reason": null}','1','61465b5f77b836cab6c54036febb8294e2a004d0c4fb67df56988cf3f39f18fe','23a2cc0ae745ea9316e87f20c0867bc3a757a78f58ee004cea4ed32466a9af9c');
INSERT INTO "event" VALUES(15,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f8-7d6e-8a83-71404e126ec6','01a20ab1-ba06-7deb-954c-a7917b6d6963','moved','{"was": "received", "now": "triaged", "reason": null}','1','23a2cc0ae745ea9316e87f20c0867bc3a757a78f58ee004cea4ed32466a9af9c','90fa82d4daf36d3632dc60a9d40e1b9499445e85451c7c43f10e9dd86cffe509');
INSERT INTO "event" VALUES(16,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9dc-7293-8f77-190918d15e13','01a20ab1-ba4b-7dcc-a8a8-27d4fb5ff7f8','moved','{"was": "triaged", "now": "asking", "reason": null}','1','90fa82d4daf36d3632dc60a9d40e1b9499445e85451c7c43f10e9dd86cffe509','cf2914ee59ff6e061cb6e8ea61101f46ef3bde2b7faabfde50f515ed29ded18f');
INSERT INTO "event" VALUES(17,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9e7-7c49-8ada-1b234866a714','01a20ab1-ba4b-7dcc-a8a8-27d4fb5ff7f8','moved','{"was": "triaged", "now": "asking", "reason": null}','1','cf2914ee59ff6e061cb6e8ea61101f46ef3bde2b7faabfde50f515ed29ded18f','aafb5ae78a0891c1f9257c1ec76f4d106e0f8d841511c076ea94342281f1d1dd');
INSERT INTO "event" VALUES(18,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9ec-7c4d-9887-2710417491c1','01a20ab1-ba4b-7dcc-a8a8-27d4fb5ff7f8','moved','{"was": "triaged", "now": "asking", "reason": null}','1','aafb5ae78a0891c1f9257c1ec76f4d106e0f8d841511c076ea94342281f1d1dd','34b50e543f420e9e1c3db93ec8c58faadf137d6e2f665800d4fbdf7df7c5cbe7');
INSERT INTO "event" VALUES(19,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f4-7806-84ef-b5875b694580','01a20ab1-ba4b-7dcc-a8a8-27d4fb5ff7f8','moved','{"was": "triaged", "now": "asking", "reason": null}','1','34b50e543f420e9e1c3db93ec8c58faadf137d6e2f665800d4fbdf7df7c5cbe7','1aa7e787a0ab1c5954e830e26fd2cc90ca37222777554e0ea8a5e438bc1024a7');
INSERT INTO "event" VALUES(20,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f8-7d6e-8a83-71404e126ec6','01a20ab1-ba4b-7dcc-a8a8-27d4fb5ff7f8','moved','{"was": "triaged", "now": "asking", "reason": null}','1','1aa7e787a0ab1c5954e830e26fd2cc90ca37222777554e0ea8a5e438bc1024a7','e5e9033737ecfb50f06cba3492fa9c70e1a91f7a55443374f301b5338f22e287');
INSERT INTO "event" VALUES(21,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9dc-7293-8f77-190918d15e13','01a20ab1-ba4b-7dcc-a8a8-27d4fb5ff7f8','offered','{"offer": "01a20ab1-ba56-7155-84f8-1f2fa3f730e9", "wave": 1, "responder": "01a20ab1-b9ce-7f54-8370-b3918676d106", "terms": {"distance": 30, "stairs": 50}}','1','e5e9033737ecfb50f06cba3492fa9c70e1a91f7a55443374f301b5338f22e287','9e8d88524120a0eedd64e4cc4d9deaa22a4c7d2d502a7403e185aef5fc59e0ca');
INSERT INTO "event" VALUES(22,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9e7-7c49-8ada-1b234866a714','01a20ab1-ba4b-7dcc-a8a8-27d4fb5ff7f8','offered','{"offer": "01a20ab1-ba56-7c71-8740-870c31e3fe70", "wave": 1, "responder": "01a20ab1-b9cb-7c2e-864e-797a3580d4d1", "terms": {"distance": 5, "stairs": 50, "skill": 20}}','1','9e8d88524120a0eedd64e4cc4d9deaa22a4c7d2d502a7403e185aef5fc59e0ca','9bfa548ac4e6843c35fa44380a634be3c6d6e76cdb455bd8df643233399608cc');
INSERT INTO "event" VALUES(23,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9ec-7c4d-9887-2710417491c1','01a20ab1-ba4b-7dcc-a8a8-27d4fb5ff7f8','offered','{"offer": "01a20ab1-ba56-7f58-9106-6af86f9eeb3e", "wave": 1, "responder": "01a20ab1-b9d0-77e6-8f0c-b372be4af2df", "terms": {"distance": 30, "stairs": 50}}','1','9bfa548ac4e6843c35fa44380a634be3c6d6e76cdb455bd8df643233399608cc','a4e8da540421e8b3e8f3b66f3cd174b41e65773ad659b05984fd0cd09465813b');
INSERT INTO "event" VALUES(24,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f4-7806-84ef-b5875b694580','01a20ab1-ba4b-7dcc-a8a8-27d4fb5ff7f8','offered','{"offer": "01a20ab1-ba56-7421-8d25-0cb44853d9ca", "wave": 1, "responder": "01a20ab1-b9cb-7c2e-864e-797a3580d4d1", "terms": {"distance": 30, "stairs": 50}}','1','a4e8da540421e8b3e8f3b66f3cd174b41e65773ad659b05984fd0cd09465813b','49052349fdbb9b14753c11b1e7f8ca65c79f08b64bc476b4c5243a4f2db258ff');
INSERT INTO "event" VALUES(25,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f8-7d6e-8a83-71404e126ec6','01a20ab1-ba4b-7dcc-a8a8-27d4fb5ff7f8','offered','{"offer": "01a20ab1-ba56-7d2f-b3c8-254438d46368", "wave": 1, "responder": "01a20ab1-b9d4-7908-ba20-980db54d449a", "terms": {"distance": 30, "stairs": 50}}','1','49052349fdbb9b14753c11b1e7f8ca65c79f08b64bc476b4c5243a4f2db258ff','ba1b45383a9dd3cbc41bceec5ee888890ccbec2b9467a16aa1447e4bf61f9e6f');
INSERT INTO "event" VALUES(26,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9e3-7527-92b8-c3c23eeadae2','01a20ab1-ba4b-7dcc-a8a8-27d4fb5ff7f8','left-out','{"why": {"unavailable": 1, "elsewhere": 3}}','1','ba1b45383a9dd3cbc41bceec5ee888890ccbec2b9467a16aa1447e4bf61f9e6f','9a44f4de3b8d629f2d18fd2e38f925355dae7a39664e5a9b1550080d4a09b4d6');
INSERT INTO "event" VALUES(27,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9dc-7293-8f77-190918d15e13','01a20ab1-ba67-7e34-8e0c-e5fafcb2bc7e','delivered','{"channel": "phone-list", "message": "offer", "offer": "01a20ab1-ba56-7155-84f8-1f2fa3f730e9", "attempt": 1, "outcome": "sent", "now": "sent"}','1','9a44f4de3b8d629f2d18fd2e38f925355dae7a39664e5a9b1550080d4a09b4d6','3c068278294fa36b6c03dd4614fd919d78c49dc4d0f4728c636e4332dd72f4fb');
INSERT INTO "event" VALUES(28,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9e7-7c49-8ada-1b234866a714','01a20ab1-ba67-7e34-8e0c-e5fafcb2bc7e','delivered','{"channel": "phone-list", "message": "offer", "offer": "01a20ab1-ba56-7c71-8740-870c31e3fe70", "attempt": 1, "outcome": "sent", "now": "sent"}','1','3c068278294fa36b6c03dd4614fd919d78c49dc4d0f4728c636e4332dd72f4fb','7c47590710d384a2f77f559cfab7218000474cabe805606fff2a402aad78fcb1');
INSERT INTO "event" VALUES(29,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9ec-7c4d-9887-2710417491c1','01a20ab1-ba67-7e34-8e0c-e5fafcb2bc7e','delivered','{"channel": "phone-list", "message": "offer", "offer": "01a20ab1-ba56-7f58-9106-6af86f9eeb3e", "attempt": 1, "outcome": "sent", "now": "sent"}','1','7c47590710d384a2f77f559cfab7218000474cabe805606fff2a402aad78fcb1','9c6938b7c88b4171f9ac5c0a51bd220bc7b96367e690374df8a772890fdacd58');
INSERT INTO "event" VALUES(30,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f4-7806-84ef-b5875b694580','01a20ab1-ba67-7e34-8e0c-e5fafcb2bc7e','delivered','{"channel": "phone-list", "message": "offer", "offer": "01a20ab1-ba56-7421-8d25-0cb44853d9ca", "attempt": 1, "outcome": "sent", "now": "sent"}','1','9c6938b7c88b4171f9ac5c0a51bd220bc7b96367e690374df8a772890fdacd58','87020fbf70cc056558a5579a77171ee4675baa978ff9f40a428a51611a151f64');
INSERT INTO "event" VALUES(31,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f8-7d6e-8a83-71404e126ec6','01a20ab1-ba67-7e34-8e0c-e5fafcb2bc7e','delivered','{"channel": "phone-list", "message": "offer", "offer": "01a20ab1-ba56-7d2f-b3c8-254438d46368", "attempt": 1, "outcome": "sent", "now": "sent"}','1','87020fbf70cc056558a5579a77171ee4675baa978ff9f40a428a51611a151f64','f9d7ec08f331acdb60fbdf4c9314a25e1652ca9852ce88984fb56e206f7078f8');
INSERT INTO "event" VALUES(32,'street','2026-11-23T01:00:00.000000Z','小李',NULL,NULL,'01a20ab1-ba6b-742e-bf58-31ed5887b8d9','sheet-printed','{"sheet": 1, "rows": 5}','1','f9d7ec08f331acdb60fbdf4c9314a25e1652ca9852ce88984fb56e206f7078f8','2e1621424089149be62a15e803e238c01dcb30ab43c52e41bec2379812dd1984');
INSERT INTO "event" VALUES(33,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9dc-7293-8f77-190918d15e13','01a20ab1-ba72-7c13-81d2-b15340d03c45','accepted','{"offer": "01a20ab1-ba56-7155-84f8-1f2fa3f730e9", "slot": 1}','1','2e1621424089149be62a15e803e238c01dcb30ab43c52e41bec2379812dd1984','dcbb23579e7492278916140bd6f78a7f3a77c877191e5d6f04288e3a454ab89b');
INSERT INTO "event" VALUES(34,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9dc-7293-8f77-190918d15e13','01a20ab1-ba72-7c13-81d2-b15340d03c45','moved','{"was": "asking", "now": "arranged", "reason": null}','1','dcbb23579e7492278916140bd6f78a7f3a77c877191e5d6f04288e3a454ab89b','d9b1c7b107aafab69236da289d7350d7458cc9e2a08ecbab7473390723e8969f');
INSERT INTO "event" VALUES(35,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9dc-7293-8f77-190918d15e13','01a20ab1-ba72-7c13-81d2-b15340d03c45','keyed-back','{"sheet": 1, "row": 1, "letter": "a", "outcome": "accepted"}','1','d9b1c7b107aafab69236da289d7350d7458cc9e2a08ecbab7473390723e8969f','45fb37d9b0e211a3084c57a9dbcf8c70a542d4977b1404be180017c3fc702199');
INSERT INTO "event" VALUES(36,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9e7-7c49-8ada-1b234866a714','01a20ab1-ba72-7c13-81d2-b15340d03c45','declined','{"offer": "01a20ab1-ba56-7c71-8740-870c31e3fe70"}','1','45fb37d9b0e211a3084c57a9dbcf8c70a542d4977b1404be180017c3fc702199','6a5a8c51e4a694218f34fe65cae4f2cd94a989256c0a8b3a60750dfe0946e9e3');
INSERT INTO "event" VALUES(37,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9e7-7c49-8ada-1b234866a714','01a20ab1-ba72-7c13-81d2-b15340d03c45','moved','{"was": "asking", "now": "triaged", "reason": "declined"}','1','6a5a8c51e4a694218f34fe65cae4f2cd94a989256c0a8b3a60750dfe0946e9e3','22b13e5b9ef3a78173e56688e3ab4ee537f9d27726a0fd11c2c68dec97eec2f0');
INSERT INTO "event" VALUES(38,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9e7-7c49-8ada-1b234866a714','01a20ab1-ba72-7c13-81d2-b15340d03c45','keyed-back','{"sheet": 1, "row": 2, "letter": "d", "outcome": "declined"}','1','22b13e5b9ef3a78173e56688e3ab4ee537f9d27726a0fd11c2c68dec97eec2f0','d0eab6eaf90e1ab0895416947c74feca6859594e8b46a5cb93215d4910ee3e50');
INSERT INTO "event" VALUES(39,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f4-7806-84ef-b5875b694580','01a20ab1-ba72-7c13-81d2-b15340d03c45','offer-ended','{"offer": "01a20ab1-ba56-7421-8d25-0cb44853d9ca", "was": "offered", "now": "expired", "letter": "n"}','1','d0eab6eaf90e1ab0895416947c74feca6859594e8b46a5cb93215d4910ee3e50','a806041b1151034833cd4aff696b01dbb72e48b7e3f805e5740d6364167ef5a1');
INSERT INTO "event" VALUES(40,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f4-7806-84ef-b5875b694580','01a20ab1-ba72-7c13-81d2-b15340d03c45','moved','{"was": "asking", "now": "triaged", "reason": "no-answer"}','1','a806041b1151034833cd4aff696b01dbb72e48b7e3f805e5740d6364167ef5a1','5ec9c55f73e186345de6fb080229e766c90a8813bbab1f83add2f968a3cc109b');
INSERT INTO "event" VALUES(41,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f4-7806-84ef-b5875b694580','01a20ab1-ba72-7c13-81d2-b15340d03c45','keyed-back','{"sheet": 1, "row": 3, "letter": "n", "outcome": "no-answer"}','1','5ec9c55f73e186345de6fb080229e766c90a8813bbab1f83add2f968a3cc109b','b74a96cd287f900c5407af592b8a60eeb9de3a5936b1e608eda41819fc98d3c7');
INSERT INTO "event" VALUES(42,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9ec-7c4d-9887-2710417491c1','01a20ab1-ba72-7c13-81d2-b15340d03c45','accepted','{"offer": "01a20ab1-ba56-7f58-9106-6af86f9eeb3e", "slot": 1}','1','b74a96cd287f900c5407af592b8a60eeb9de3a5936b1e608eda41819fc98d3c7','2234e5242b9d1bd2ee73345a45691601d6a873821671c82f5be457c19fa87062');
INSERT INTO "event" VALUES(43,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9ec-7c4d-9887-2710417491c1','01a20ab1-ba72-7c13-81d2-b15340d03c45','moved','{"was": "asking", "now": "arranged", "reason": null}','1','2234e5242b9d1bd2ee73345a45691601d6a873821671c82f5be457c19fa87062','12a3b0bf29c91f62d7be204ecb3117a0c0b2d19f96af32bc547dd89764ed5d77');
INSERT INTO "event" VALUES(44,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9ec-7c4d-9887-2710417491c1','01a20ab1-ba72-7c13-81d2-b15340d03c45','keyed-back','{"sheet": 1, "row": 4, "letter": "a", "outcome": "accepted"}','1','12a3b0bf29c91f62d7be204ecb3117a0c0b2d19f96af32bc547dd89764ed5d77','a047d93ff4730391ac9c667756115e713bd006a9fdce7f7cba3aef1d26398f67');
INSERT INTO "event" VALUES(45,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f8-7d6e-8a83-71404e126ec6','01a20ab1-ba72-7c13-81d2-b15340d03c45','declined','{"offer": "01a20ab1-ba56-7d2f-b3c8-254438d46368"}','1','a047d93ff4730391ac9c667756115e713bd006a9fdce7f7cba3aef1d26398f67','c5fce90a9a784dafa8c811124087a09cb88ad05c8122eb067d27bd0489f400c5');
INSERT INTO "event" VALUES(46,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f8-7d6e-8a83-71404e126ec6','01a20ab1-ba72-7c13-81d2-b15340d03c45','moved','{"was": "asking", "now": "triaged", "reason": "declined"}','1','c5fce90a9a784dafa8c811124087a09cb88ad05c8122eb067d27bd0489f400c5','c2105577260e926242d4a7b62399390fc4a50e9266eb3b60ad63242c5e5d84c4');
INSERT INTO "event" VALUES(47,'street','2026-11-23T01:00:00.000000Z','小李',NULL,'01a20ab1-b9f8-7d6e-8a83-71404e126ec6','01a20ab1-ba72-7c13-81d2-b15340d03c45','keyed-back','{"sheet": 1, "row": 5, "letter": "d", "outcome": "declined"}','1','c2105577260e926242d4a7b62399390fc4a50e9266eb3b60ad63242c5e5d84c4','fd70383b8a902e4496a86e2086adb47b8977501f40437d54ed61b1576301d225');
INSERT INTO "event" VALUES(48,'street','2026-11-23T01:00:00.000000Z','小李',NULL,NULL,'01a20ab1-ba88-7e58-9482-4bf15f396476','replied','{"outcome": "unknown", "channel": "by-hand"}','1','fd70383b8a902e4496a86e2086adb47b8977501f40437d54ed61b1576301d225','dad25679e292eb788f8bc948044c852e448a684ae3c65011667e8eef3a9a355c');
INSERT INTO "event" VALUES(49,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9f4-7806-84ef-b5875b694580','01a20ab1-ba94-7c98-9b66-22a69b5e4d00','moved','{"was": "triaged", "now": "asking", "reason": null}','1','dad25679e292eb788f8bc948044c852e448a684ae3c65011667e8eef3a9a355c','7c51b80340ddf0530260749da9550f9d700259129848af57c7763a24940e1952');
INSERT INTO "event" VALUES(50,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9f8-7d6e-8a83-71404e126ec6','01a20ab1-ba94-7c98-9b66-22a69b5e4d00','moved','{"was": "triaged", "now": "asking", "reason": null}','1','7c51b80340ddf0530260749da9550f9d700259129848af57c7763a24940e1952','43888c50c747fe60320c4337846a42f8de9939af838dad208e705d5cc7270cfb');
INSERT INTO "event" VALUES(51,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9f4-7806-84ef-b5875b694580','01a20ab1-ba94-7c98-9b66-22a69b5e4d00','offered','{"offer": "01a20ab1-ba98-7e39-9854-a7df2748650c", "wave": 2, "responder": "01a20ab1-b9d4-7908-ba20-980db54d449a", "terms": {"distance": 222, "stairs": 50}}','1','43888c50c747fe60320c4337846a42f8de9939af838dad208e705d5cc7270cfb','683b2cb94cf1174f9e16fad7a42648226e5cc03cae299f6baf237ddafe36c35b');
INSERT INTO "event" VALUES(52,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9f8-7d6e-8a83-71404e126ec6','01a20ab1-ba94-7c98-9b66-22a69b5e4d00','offered','{"offer": "01a20ab1-ba98-70e0-a473-0b9787ceaedf", "wave": 2, "responder": "01a20ab1-b9cb-7c2e-864e-797a3580d4d1", "terms": {"distance": 222, "stairs": 50}}','1','683b2cb94cf1174f9e16fad7a42648226e5cc03cae299f6baf237ddafe36c35b','ce178d6cbae090900d30ace30ced19bd1657f810fb0e77a1de31b13a3fda2d9f');
INSERT INTO "event" VALUES(53,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9e7-7c49-8ada-1b234866a714','01a20ab1-ba94-7c98-9b66-22a69b5e4d00','left-out','{"why": {"skill": 2, "capacity": 1, "asked-before": 1}}','1','ce178d6cbae090900d30ace30ced19bd1657f810fb0e77a1de31b13a3fda2d9f','c173d5f2f300a04c13d8d1ba8b60af1e8d6cf207588f9463f641fd27ac147e00');
INSERT INTO "event" VALUES(54,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9dc-7293-8f77-190918d15e13','01a20ab1-baa1-7d5f-bd54-e2334207ae25','delivered','{"channel": "phone-list", "message": "details", "offer": "01a20ab1-ba56-7155-84f8-1f2fa3f730e9", "attempt": 1, "outcome": "sent", "now": "sent"}','1','c173d5f2f300a04c13d8d1ba8b60af1e8d6cf207588f9463f641fd27ac147e00','f5fdb6457dced24ec0972f8b1a1b10cd33a2696ea941bd76336636e40339bb4d');
INSERT INTO "event" VALUES(55,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9dc-7293-8f77-190918d15e13','01a20ab1-baa1-7d5f-bd54-e2334207ae25','delivered','{"channel": "phone-list", "message": "who_comes", "offer": "01a20ab1-ba56-7155-84f8-1f2fa3f730e9", "attempt": 1, "outcome": "sent", "now": "sent"}','1','f5fdb6457dced24ec0972f8b1a1b10cd33a2696ea941bd76336636e40339bb4d','dd30c329473836e75c85a6a167a992f50f26d36e19f1165b7023fc19c2ee1fae');
INSERT INTO "event" VALUES(56,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9ec-7c4d-9887-2710417491c1','01a20ab1-baa1-7d5f-bd54-e2334207ae25','delivered','{"channel": "phone-list", "message": "who_comes", "offer": "01a20ab1-ba56-7f58-9106-6af86f9eeb3e", "attempt": 1, "outcome": "sent", "now": "sent"}','1','dd30c329473836e75c85a6a167a992f50f26d36e19f1165b7023fc19c2ee1fae','67e40923e7664226a926b6acf29c7deb12f9664a7ed380ec64ee690fdd605dbe');
INSERT INTO "event" VALUES(57,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9ec-7c4d-9887-2710417491c1','01a20ab1-baa1-7d5f-bd54-e2334207ae25','delivered','{"channel": "phone-list", "message": "details", "offer": "01a20ab1-ba56-7f58-9106-6af86f9eeb3e", "attempt": 1, "outcome": "sent", "now": "sent"}','1','67e40923e7664226a926b6acf29c7deb12f9664a7ed380ec64ee690fdd605dbe','3be8f013d1b03d781be769b2145dc3feba885077a3a2532c3250a72d1c0d9ec5');
INSERT INTO "event" VALUES(58,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9f4-7806-84ef-b5875b694580','01a20ab1-baa1-7d5f-bd54-e2334207ae25','delivered','{"channel": "phone-list", "message": "offer", "offer": "01a20ab1-ba98-7e39-9854-a7df2748650c", "attempt": 1, "outcome": "sent", "now": "sent"}','1','3be8f013d1b03d781be769b2145dc3feba885077a3a2532c3250a72d1c0d9ec5','b2edf4076d51ef4768775bbbdc44f085b4e6aeebf9e6d12bed55e1e31ce4e6c9');
INSERT INTO "event" VALUES(59,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9f8-7d6e-8a83-71404e126ec6','01a20ab1-baa1-7d5f-bd54-e2334207ae25','delivered','{"channel": "phone-list", "message": "offer", "offer": "01a20ab1-ba98-70e0-a473-0b9787ceaedf", "attempt": 1, "outcome": "sent", "now": "sent"}','1','b2edf4076d51ef4768775bbbdc44f085b4e6aeebf9e6d12bed55e1e31ce4e6c9','436d02c215fc0aca864be5cba25868e5a00688691421be6e0949fc3553745e39');
INSERT INTO "event" VALUES(60,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9dc-7293-8f77-190918d15e13','01a20ab1-baac-7ce9-83bf-3fab42abfedc','moved','{"was": "arranged", "now": "done", "reason": null}','1','436d02c215fc0aca864be5cba25868e5a00688691421be6e0949fc3553745e39','eade505d420a69d94a185b51335d09815b6b0b5ce5e88e5db3edafa4983d6b1b');
INSERT INTO "event" VALUES(61,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9dc-7293-8f77-190918d15e13','01a20ab1-bab3-7abc-b96b-b3d5d5ac4a1d','moved','{"was": "done", "now": "rated", "reason": null}','1','eade505d420a69d94a185b51335d09815b6b0b5ce5e88e5db3edafa4983d6b1b','e4914b14e3882e0bf83f6c36ad5eafe4da9309604886334c181b76cf5dbcda60');
INSERT INTO "event" VALUES(62,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9e3-7527-92b8-c3c23eeadae2','01a20ab1-bab8-7c2d-b7da-3655b5e83d03','moved','{"was": "triaged", "now": "unable", "reason": "unable"}','1','e4914b14e3882e0bf83f6c36ad5eafe4da9309604886334c181b76cf5dbcda60','45093406fa33b1768d0702dd33e7a447507d3baf686dbe2819f1f4cec1772d01');
INSERT INTO "event" VALUES(63,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9e7-7c49-8ada-1b234866a714','01a20ab1-babb-7b94-9ae6-bec742f4ce0a','moved','{"was": "triaged", "now": "handed_over", "reason": "handed-over"}','1','45093406fa33b1768d0702dd33e7a447507d3baf686dbe2819f1f4cec1772d01','4b7b2093db082c8ada13f4ff041fb8fc2af734d0cf9973af5f8e217c6a55bd1b');
INSERT INTO "event" VALUES(64,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9f4-7806-84ef-b5875b694580','01a20ab1-babe-7362-a902-615f98b9c730','moved','{"was": "asking", "now": "promoted", "reason": "promoted"}','1','4b7b2093db082c8ada13f4ff041fb8fc2af734d0cf9973af5f8e217c6a55bd1b','71481817a3c9d78960e3b374f9a3ba05763e7affbbafd07ed79496eb84a8e5b7');
INSERT INTO "event" VALUES(65,'street','2026-11-23T02:00:00.000000Z','小李',NULL,'01a20ab1-b9f4-7806-84ef-b5875b694580','01a20ab1-babe-7362-a902-615f98b9c730','offer-ended','{"offer": "01a20ab1-ba98-7e39-9854-a7df2748650c", "was": "offered", "now": "withdrawn"}','1','71481817a3c9d78960e3b374f9a3ba05763e7affbbafd07ed79496eb84a8e5b7','a67b6f59a98f9333d8f7e443709e3ab06d53b6cd5f7cda24f4ec7a930326fa89');
CREATE TABLE household (
	id VARCHAR(36) NOT NULL, 
	community VARCHAR(64) NOT NULL, 
	code VARCHAR(64) NOT NULL, 
	place_id VARCHAR(36) NOT NULL, 
	person_id VARCHAR(36) NOT NULL, 
	residents INTEGER NOT NULL, 
	is_centre BOOLEAN DEFAULT (false) NOT NULL, 
	CONSTRAINT pk_household PRIMARY KEY (id), 
	CONSTRAINT ck_household_residents_are_counted CHECK (residents >= 0), 
	CONSTRAINT fk_household_community FOREIGN KEY(community) REFERENCES community (code), 
	CONSTRAINT fk_household_place_id FOREIGN KEY(place_id) REFERENCES place (id), 
	CONSTRAINT uq_household_community_code UNIQUE (community, code)
);
CREATE TABLE inbound (
	channel VARCHAR(64) NOT NULL, 
	provider_msg_id VARCHAR(200) NOT NULL, 
	body TEXT NOT NULL, 
	words_id VARCHAR(36), 
	received_at VARCHAR(27) NOT NULL, 
	outcome VARCHAR(64) NOT NULL, 
	offer_id VARCHAR(36), 
	CONSTRAINT pk_inbound PRIMARY KEY (channel, provider_msg_id), 
	CONSTRAINT fk_inbound_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id)
);
INSERT INTO "inbound" VALUES('by-hand','m1','unclear','01a20ab1-ba8a-76cd-ae76-66104150a225','2026-11-23T01:00:00.000000Z','unknown',NULL);
CREATE TABLE offer (
	id VARCHAR(36) NOT NULL, 
	request_id VARCHAR(36) NOT NULL, 
	wave_no INTEGER NOT NULL, 
	responder_id VARCHAR(36) NOT NULL, 
	seat_no INTEGER NOT NULL, 
	slot_no INTEGER, 
	state VARCHAR(64) NOT NULL, 
	deadline_at VARCHAR(27) NOT NULL, 
	code VARCHAR(64) NOT NULL, 
	fence INTEGER DEFAULT '1' NOT NULL, 
	offered_at VARCHAR(27) NOT NULL, 
	ended_at VARCHAR(27), 
	cost INTEGER DEFAULT '0' NOT NULL, 
	terms JSON NOT NULL, 
	CONSTRAINT pk_offer PRIMARY KEY (id), 
	CONSTRAINT ck_offer_a_slot_is_held_once_accepted CHECK ((slot_no IS NULL) = (state IN ('declined', 'expired', 'offered', 'withdrawn'))), 
	CONSTRAINT ck_offer_known_state CHECK (state IN ('accepted', 'cancelled', 'declined', 'doing', 'done', 'expired', 'offered', 'released', 'withdrawn')), 
	CONSTRAINT fk_offer_request_id_slot_no FOREIGN KEY(request_id, slot_no) REFERENCES request_slot (request_id, slot_no), 
	CONSTRAINT fk_offer_request_id_wave_no FOREIGN KEY(request_id, wave_no) REFERENCES wave (request_id, wave_no), 
	CONSTRAINT fk_offer_responder_id_seat_no FOREIGN KEY(responder_id, seat_no) REFERENCES responder_seat (responder_id, seat_no), 
	CONSTRAINT uq_offer_responder_id_code UNIQUE (responder_id, code)
);
INSERT INTO "offer" VALUES('01a20ab1-ba56-7155-84f8-1f2fa3f730e9','01a20ab1-b9dc-7293-8f77-190918d15e13',1,'01a20ab1-b9ce-7f54-8370-b3918676d106',1,1,'done','2026-11-23T05:00:00.000000Z','5597',3,'2026-11-23T01:00:00.000000Z','2026-11-23T02:00:00.000000Z',80,'{"distance": 30, "stairs": 50}');
INSERT INTO "offer" VALUES('01a20ab1-ba56-7c71-8740-870c31e3fe70','01a20ab1-b9e7-7c49-8ada-1b234866a714',1,'01a20ab1-b9cb-7c2e-864e-797a3580d4d1',1,NULL,'declined','2026-11-23T05:00:00.000000Z','3041',2,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z',75,'{"distance": 5, "stairs": 50, "skill": 20}');
INSERT INTO "offer" VALUES('01a20ab1-ba56-7f58-9106-6af86f9eeb3e','01a20ab1-b9ec-7c4d-9887-2710417491c1',1,'01a20ab1-b9d0-77e6-8f0c-b372be4af2df',1,1,'accepted','2026-11-23T05:00:00.000000Z','3795',2,'2026-11-23T01:00:00.000000Z',NULL,80,'{"distance": 30, "stairs": 50}');
INSERT INTO "offer" VALUES('01a20ab1-ba56-7421-8d25-0cb44853d9ca','01a20ab1-b9f4-7806-84ef-b5875b694580',1,'01a20ab1-b9cb-7c2e-864e-797a3580d4d1',2,NULL,'expired','2026-11-23T05:00:00.000000Z','2666',2,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z',80,'{"distance": 30, "stairs": 50}');
INSERT INTO "offer" VALUES('01a20ab1-ba56-7d2f-b3c8-254438d46368','01a20ab1-b9f8-7d6e-8a83-71404e126ec6',1,'01a20ab1-b9d4-7908-ba20-980db54d449a',1,NULL,'declined','2026-11-23T05:00:00.000000Z','3962',2,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z',80,'{"distance": 30, "stairs": 50}');
INSERT INTO "offer" VALUES('01a20ab1-ba98-7e39-9854-a7df2748650c','01a20ab1-b9f4-7806-84ef-b5875b694580',2,'01a20ab1-b9d4-7908-ba20-980db54d449a',1,NULL,'withdrawn','2026-11-23T06:00:00.000000Z','7002',2,'2026-11-23T02:00:00.000000Z','2026-11-23T02:00:00.000000Z',272,'{"distance": 222, "stairs": 50}');
INSERT INTO "offer" VALUES('01a20ab1-ba98-70e0-a473-0b9787ceaedf','01a20ab1-b9f8-7d6e-8a83-71404e126ec6',2,'01a20ab1-b9cb-7c2e-864e-797a3580d4d1',1,NULL,'offered','2026-11-23T06:00:00.000000Z','6402',1,'2026-11-23T02:00:00.000000Z',NULL,272,'{"distance": 222, "stairs": 50}');
CREATE TABLE person_private (
	person_id VARCHAR(36) NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	phone TEXT DEFAULT '' NOT NULL, 
	exact_address TEXT DEFAULT '' NOT NULL, 
	floor INTEGER, 
	latitude FLOAT, 
	longitude FLOAT, 
	notes TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_person_private PRIMARY KEY (person_id)
);
INSERT INTO "person_private" VALUES('01a20ab1-b9cb-704a-9ce8-1a3435018e4c','甲','+9991380000001','',NULL,NULL,NULL,'打座机');
INSERT INTO "person_private" VALUES('01a20ab1-b9ce-7101-aff9-de26ca124c06','乙','+9991380000002','',NULL,NULL,NULL,'');
INSERT INTO "person_private" VALUES('01a20ab1-b9d0-7be0-a443-f9ac23ed6070','丙','+9991380000003','',NULL,NULL,NULL,'');
INSERT INTO "person_private" VALUES('01a20ab1-b9d4-78cb-b878-21f84a1fd7c5','丁','+9991380000004','',NULL,NULL,NULL,'');
INSERT INTO "person_private" VALUES('01a20ab1-b9dc-7c63-8be4-ee6d1299dddf','居民1','+9991380000001','8号楼2单元301',3,NULL,NULL,'第1件: it''s 100%');
INSERT INTO "person_private" VALUES('01a20ab1-b9e3-703c-b594-4ab5b5136ff7','居民2','+9991380000002','',3,NULL,NULL,'第2件: it''s 100%');
INSERT INTO "person_private" VALUES('01a20ab1-b9e7-7e9e-93da-ba90ab80d2b1','居民3','+9991380000003','8号楼1单元101',3,NULL,NULL,'第3件: it''s 100%');
INSERT INTO "person_private" VALUES('01a20ab1-b9ec-7e90-92d7-d671bb81a4cf','居民4','+9991380000004','',3,NULL,NULL,'第4件: it''s 100%');
INSERT INTO "person_private" VALUES('01a20ab1-b9f0-777e-a362-8dc670c87b72','居民5','+9991380000005','8号楼2单元301',3,NULL,NULL,'第5件: it''s 100%');
INSERT INTO "person_private" VALUES('01a20ab1-b9f4-7ce8-a668-b5b8fb402917','居民6','+9991380000006','',3,NULL,NULL,'第6件: it''s 100%');
INSERT INTO "person_private" VALUES('01a20ab1-b9f8-724c-86b3-39fae466a8be','居民7','+9991380000007','',3,NULL,NULL,'第7件: it''s 100%');
INSERT INTO "person_private" VALUES('01a20ab1-ba8a-76cd-ae76-66104150a225','','','',NULL,NULL,NULL,'在吗');
INSERT INTO "person_private" VALUES('01a20ab1-bab3-7f3b-9b15-fd1076e36af7','','','',NULL,NULL,NULL,'好');
INSERT INTO "person_private" VALUES('01a20ab1-bab9-7204-b798-e8e831fbc5cf','','','',NULL,NULL,NULL,'没有人');
INSERT INTO "person_private" VALUES('01a20ab1-babc-7f23-bd62-c18322dbf820','','','',NULL,NULL,NULL,'物业');
CREATE TABLE phone_sheet (
	community VARCHAR(64) NOT NULL, 
	sheet_no INTEGER NOT NULL, 
	row_no INTEGER NOT NULL, 
	delivery_id VARCHAR(36) NOT NULL, 
	printed_at VARCHAR(27) NOT NULL, 
	result VARCHAR(64), 
	CONSTRAINT pk_phone_sheet PRIMARY KEY (community, sheet_no, row_no), 
	CONSTRAINT fk_phone_sheet_community FOREIGN KEY(community) REFERENCES community (code), 
	CONSTRAINT fk_phone_sheet_delivery_id FOREIGN KEY(delivery_id) REFERENCES delivery (id)
);
INSERT INTO "phone_sheet" VALUES('street',1,1,'01a20ab1-ba57-7805-b6dd-7e9b0225b662','2026-11-23T01:00:00.000000Z','a');
INSERT INTO "phone_sheet" VALUES('street',1,2,'01a20ab1-ba57-7b25-bbd0-4d3e009011fe','2026-11-23T01:00:00.000000Z','d');
INSERT INTO "phone_sheet" VALUES('street',1,3,'01a20ab1-ba57-7f04-a5d1-059c79053651','2026-11-23T01:00:00.000000Z','n');
INSERT INTO "phone_sheet" VALUES('street',1,4,'01a20ab1-ba57-7c37-80ce-aedd6e1c6ccc','2026-11-23T01:00:00.000000Z','a');
INSERT INTO "phone_sheet" VALUES('street',1,5,'01a20ab1-ba57-7fb0-8699-250fb79cfb79','2026-11-23T01:00:00.000000Z','d');
CREATE TABLE place (
	id VARCHAR(36) NOT NULL, 
	community VARCHAR(64) NOT NULL, 
	code VARCHAR(64) NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	parent_id VARCHAR(36), 
	name TEXT NOT NULL, 
	latitude FLOAT, 
	longitude FLOAT, 
	floors INTEGER, 
	has_lift BOOLEAN DEFAULT (false) NOT NULL, 
	steward VARCHAR(64), 
	CONSTRAINT pk_place PRIMARY KEY (id), 
	CONSTRAINT ck_place_only_the_community_has_no_parent CHECK ((parent_id IS NULL) = (kind = 'community')), 
	CONSTRAINT ck_place_known_kind CHECK (kind IN ('building', 'community', 'grid', 'micro_grid', 'unit')), 
	CONSTRAINT fk_place_community FOREIGN KEY(community) REFERENCES community (code), 
	CONSTRAINT fk_place_parent_id FOREIGN KEY(parent_id) REFERENCES place (id), 
	CONSTRAINT uq_place_community_code UNIQUE (community, code)
);
INSERT INTO "place" VALUES('01a20ab1-b9c7-73b6-b9e4-5c9cbcf1d383','street','street','community',NULL,'测试街',37.85,112.55,NULL,0,NULL);
INSERT INTO "place" VALUES('01a20ab1-b9c7-7149-8a1b-3541e38b075e','street','G1','grid','01a20ab1-b9c7-73b6-b9e4-5c9cbcf1d383','第1网格',NULL,NULL,NULL,0,NULL);
INSERT INTO "place" VALUES('01a20ab1-b9c7-7094-92f9-f2855a354d70','street','G2','grid','01a20ab1-b9c7-73b6-b9e4-5c9cbcf1d383','第2网格',NULL,NULL,NULL,0,NULL);
INSERT INTO "place" VALUES('01a20ab1-b9c7-7235-98e5-50a09d0dca5b','street','8','building','01a20ab1-b9c7-7149-8a1b-3541e38b075e','8号楼',37.85,112.55,NULL,0,NULL);
INSERT INTO "place" VALUES('01a20ab1-b9c7-7a28-a954-3737ea6fcc54','street','9','building','01a20ab1-b9c7-7094-92f9-f2855a354d70','9号楼',37.852,112.55,NULL,0,NULL);
INSERT INTO "place" VALUES('01a20ab1-b9c7-7a07-9faf-d2d1526713c4','street','8-1','unit','01a20ab1-b9c7-7235-98e5-50a09d0dca5b','8号楼1单元',NULL,NULL,NULL,0,NULL);
INSERT INTO "place" VALUES('01a20ab1-b9c7-774d-9bab-6d217c3a9763','street','8-2','unit','01a20ab1-b9c7-7235-98e5-50a09d0dca5b','8号楼2单元',NULL,NULL,NULL,0,NULL);
CREATE TABLE request (
	id VARCHAR(36) NOT NULL, 
	community VARCHAR(64) NOT NULL, 
	number INTEGER NOT NULL, 
	idem_key TEXT NOT NULL, 
	payload_hash VARCHAR(64) NOT NULL, 
	state VARCHAR(64) NOT NULL, 
	next_check_at VARCHAR(27), 
	version INTEGER DEFAULT '1' NOT NULL, 
	service_id VARCHAR(36) NOT NULL, 
	place_id VARCHAR(36) NOT NULL, 
	person_id VARCHAR(36) NOT NULL, 
	household_id VARCHAR(36), 
	urgency VARCHAR(64) NOT NULL, 
	source VARCHAR(64) NOT NULL, 
	window_from VARCHAR(27), 
	window_to VARCHAR(27), 
	received_at VARCHAR(27) NOT NULL, 
	taken_at VARCHAR(27) NOT NULL, 
	done_at VARCHAR(27), 
	owner TEXT, 
	reason VARCHAR(64), 
	words_id VARCHAR(36), 
	merged_into VARCHAR(36), 
	rating INTEGER, 
	CONSTRAINT pk_request PRIMARY KEY (id), 
	CONSTRAINT ck_request_merged_says_into_which CHECK ((state = 'merged') = (merged_into IS NOT NULL)), 
	CONSTRAINT ck_request_rated_with_one_to_five CHECK ((state = 'rated') = (rating IS NOT NULL) AND (rating IS NULL OR rating BETWEEN 1 AND 5)), 
	CONSTRAINT ck_request_nothing_is_forgotten CHECK (next_check_at IS NOT NULL OR state IN ('cancelled', 'done', 'handed_over', 'merged', 'promoted', 'rated', 'unable')), 
	CONSTRAINT ck_request_a_named_person_has_it CHECK (state <> 'needs_person' OR (owner IS NOT NULL AND reason IS NOT NULL)), 
	CONSTRAINT ck_request_known_state CHECK (state IN ('arranged', 'asking', 'cancelled', 'doing', 'done', 'handed_over', 'merged', 'needs_person', 'promoted', 'rated', 'received', 'triaged', 'unable')), 
	CONSTRAINT ck_request_says_to_whom_or_why CHECK (state NOT IN ('handed_over', 'unable') OR words_id IS NOT NULL OR reason IS NOT NULL), 
	CONSTRAINT ck_request_known_urgency CHECK (urgency IN ('low', 'normal', 'urgent')), 
	CONSTRAINT ck_request_window_begins_before_it_ends CHECK ((window_from IS NULL) = (window_to IS NULL) AND (window_from IS NULL OR window_from <= window_to)), 
	CONSTRAINT ck_request_not_merged_into_itself CHECK (merged_into <> id), 
	CONSTRAINT fk_request_community FOREIGN KEY(community) REFERENCES community (code), 
	CONSTRAINT fk_request_household_id FOREIGN KEY(household_id) REFERENCES household (id), 
	CONSTRAINT fk_request_merged_into FOREIGN KEY(merged_into) REFERENCES request (id), 
	CONSTRAINT fk_request_place_id FOREIGN KEY(place_id) REFERENCES place (id), 
	CONSTRAINT fk_request_service_id FOREIGN KEY(service_id) REFERENCES service (id), 
	CONSTRAINT uq_request_community_number UNIQUE (community, number), 
	CONSTRAINT uq_request_idem_key UNIQUE (idem_key)
);
INSERT INTO "request" VALUES('01a20ab1-b9dc-7293-8f77-190918d15e13','street',1,'k1','c3273782747f1581960c16ab770210010195d7f9cde8cdc1e5de905c0b32a754','rated',NULL,6,'01a20ab1-b9c7-7155-a4d1-6f671b938b75','01a20ab1-b9c7-774d-9bab-6d217c3a9763','01a20ab1-b9dc-7c63-8be4-ee6d1299dddf',NULL,'normal','phone',NULL,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z','2026-11-23T02:00:00.000000Z',NULL,NULL,'01a20ab1-bab3-7f3b-9b15-fd1076e36af7',NULL,5);
INSERT INTO "request" VALUES('01a20ab1-b9e3-7527-92b8-c3c23eeadae2','street',2,'k2','9e8b0be660f2a794cda14b6ed0e617d88d145891571b4594fa636ce7610534dd','unable',NULL,5,'01a20ab1-b9c7-796f-86d6-6e6f1227165d','01a20ab1-b9c7-7a07-9faf-d2d1526713c4','01a20ab1-b9e3-703c-b594-4ab5b5136ff7',NULL,'normal','phone',NULL,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z',NULL,NULL,'unable','01a20ab1-bab9-7204-b798-e8e831fbc5cf',NULL,NULL);
INSERT INTO "request" VALUES('01a20ab1-b9e7-7c49-8ada-1b234866a714','street',3,'k3','07b1a40ccbadc2b879487dda9d42433d3679adfe9b3c50e80a0f0458e44453a0','handed_over',NULL,6,'01a20ab1-b9c7-7155-a4d1-6f671b938b75','01a20ab1-b9c7-7a07-9faf-d2d1526713c4','01a20ab1-b9e7-7e9e-93da-ba90ab80d2b1',NULL,'normal','phone',NULL,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z',NULL,NULL,'handed-over','01a20ab1-babc-7f23-bd62-c18322dbf820',NULL,NULL);
INSERT INTO "request" VALUES('01a20ab1-b9ec-7c4d-9887-2710417491c1','street',4,'k4','ac846f935bfaddcf253870f1337d0f086bb0f1529e5baa6bc9c7181082c2dbfd','arranged','2026-11-23T03:00:00.000000Z',4,'01a20ab1-b9c7-796f-86d6-6e6f1227165d','01a20ab1-b9c7-7a28-a954-3737ea6fcc54','01a20ab1-b9ec-7e90-92d7-d671bb81a4cf',NULL,'normal','phone',NULL,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "request" VALUES('01a20ab1-b9f0-7d11-9aa3-89715ff59542','street',5,'k5','ba6e0e024c5ec40166d2b56e87c059754a1be09d7343c11ebc310f737b60ceb2','merged',NULL,2,'01a20ab1-b9c7-7155-a4d1-6f671b938b75','01a20ab1-b9c7-774d-9bab-6d217c3a9763','01a20ab1-b9f0-777e-a362-8dc670c87b72',NULL,'normal','phone',NULL,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z',NULL,NULL,'repeat',NULL,'01a20ab1-b9dc-7293-8f77-190918d15e13',NULL);
INSERT INTO "request" VALUES('01a20ab1-b9f4-7806-84ef-b5875b694580','street',6,'k6','19e4ec5994c51b94112458431627f12790f1bf0e627c5e508f6944fc0ca69194','promoted',NULL,6,'01a20ab1-b9c7-796f-86d6-6e6f1227165d','01a20ab1-b9c7-774d-9bab-6d217c3a9763','01a20ab1-b9f4-7ce8-a668-b5b8fb402917',NULL,'normal','phone',NULL,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z',NULL,NULL,'promoted',NULL,NULL,NULL);
INSERT INTO "request" VALUES('01a20ab1-b9f8-7d6e-8a83-71404e126ec6','street',7,'k7','43846027ffc5904624a652b9cc55c3ad4c0af78f6f890883419e87a40eb33705','asking','2026-11-23T06:00:00.000000Z',5,'01a20ab1-b9c7-796f-86d6-6e6f1227165d','01a20ab1-b9c7-7a28-a954-3737ea6fcc54','01a20ab1-b9f8-724c-86b3-39fae466a8be',NULL,'normal','phone',NULL,NULL,'2026-11-23T01:00:00.000000Z','2026-11-23T01:00:00.000000Z',NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE request_slot (
	request_id VARCHAR(36) NOT NULL, 
	slot_no INTEGER NOT NULL, 
	retired BOOLEAN DEFAULT (false) NOT NULL, 
	CONSTRAINT pk_request_slot PRIMARY KEY (request_id, slot_no), 
	CONSTRAINT ck_request_slot_counts_from_one CHECK (slot_no >= 1), 
	CONSTRAINT fk_request_slot_request_id FOREIGN KEY(request_id) REFERENCES request (id)
);
INSERT INTO "request_slot" VALUES('01a20ab1-b9dc-7293-8f77-190918d15e13',1,0);
INSERT INTO "request_slot" VALUES('01a20ab1-b9e3-7527-92b8-c3c23eeadae2',1,0);
INSERT INTO "request_slot" VALUES('01a20ab1-b9e7-7c49-8ada-1b234866a714',1,0);
INSERT INTO "request_slot" VALUES('01a20ab1-b9ec-7c4d-9887-2710417491c1',1,0);
INSERT INTO "request_slot" VALUES('01a20ab1-b9f0-7d11-9aa3-89715ff59542',1,0);
INSERT INTO "request_slot" VALUES('01a20ab1-b9f4-7806-84ef-b5875b694580',1,0);
INSERT INTO "request_slot" VALUES('01a20ab1-b9f8-7d6e-8a83-71404e126ec6',1,0);
INSERT INTO "request_slot" VALUES('01a20ab1-b9e3-7527-92b8-c3c23eeadae2',2,0);
CREATE TABLE responder (
	id VARCHAR(36) NOT NULL, 
	community VARCHAR(64) NOT NULL, 
	code VARCHAR(64) NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	person_id VARCHAR(36) NOT NULL, 
	place_id VARCHAR(36) NOT NULL, 
	reach_metres INTEGER, 
	is_adult BOOLEAN DEFAULT (true) NOT NULL, 
	is_paid BOOLEAN DEFAULT (false) NOT NULL, 
	was_helped BOOLEAN DEFAULT (false) NOT NULL, 
	skills JSON NOT NULL, 
	licences JSON NOT NULL, 
	hours JSON NOT NULL, 
	channel VARCHAR(64), 
	language VARCHAR(2) DEFAULT 'zh' NOT NULL, 
	paused_until VARCHAR(27), 
	is_active BOOLEAN DEFAULT (true) NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_responder PRIMARY KEY (id), 
	CONSTRAINT ck_responder_known_kind CHECK (kind IN ('expert', 'party_member', 'property_staff', 'shop', 'team', 'volunteer')), 
	CONSTRAINT ck_responder_reach_is_a_distance CHECK (reach_metres IS NULL OR reach_metres >= 0), 
	CONSTRAINT fk_responder_community FOREIGN KEY(community) REFERENCES community (code), 
	CONSTRAINT fk_responder_place_id FOREIGN KEY(place_id) REFERENCES place (id), 
	CONSTRAINT uq_responder_community_code UNIQUE (community, code)
);
INSERT INTO "responder" VALUES('01a20ab1-b9cb-7c2e-864e-797a3580d4d1','street','V1','volunteer','01a20ab1-b9cb-704a-9ce8-1a3435018e4c','01a20ab1-b9c7-7a07-9faf-d2d1526713c4',NULL,1,0,0,'[["plumbing", 3, null]]','[]','[]',NULL,'zh',NULL,1,1);
INSERT INTO "responder" VALUES('01a20ab1-b9ce-7f54-8370-b3918676d106','street','V2','volunteer','01a20ab1-b9ce-7101-aff9-de26ca124c06','01a20ab1-b9c7-7a07-9faf-d2d1526713c4',NULL,1,0,0,'[["plumbing", 2, null]]','[["electrician", null]]','[[0, 480, 1080]]',NULL,'zh',NULL,1,1);
INSERT INTO "responder" VALUES('01a20ab1-b9d0-77e6-8f0c-b372be4af2df','street','V3','volunteer','01a20ab1-b9d0-7be0-a443-f9ac23ed6070','01a20ab1-b9c7-7a28-a954-3737ea6fcc54',NULL,1,0,0,'[]','[]','[]',NULL,'zh',NULL,1,1);
INSERT INTO "responder" VALUES('01a20ab1-b9d4-7908-ba20-980db54d449a','street','V4','volunteer','01a20ab1-b9d4-78cb-b878-21f84a1fd7c5','01a20ab1-b9c7-7a28-a954-3737ea6fcc54',NULL,1,0,0,'[]','[]','[]',NULL,'zh',NULL,1,1);
CREATE TABLE responder_seat (
	responder_id VARCHAR(36) NOT NULL, 
	seat_no INTEGER NOT NULL, 
	retired BOOLEAN DEFAULT (false) NOT NULL, 
	CONSTRAINT pk_responder_seat PRIMARY KEY (responder_id, seat_no), 
	CONSTRAINT ck_responder_seat_counts_from_one CHECK (seat_no >= 1), 
	CONSTRAINT fk_responder_seat_responder_id FOREIGN KEY(responder_id) REFERENCES responder (id)
);
INSERT INTO "responder_seat" VALUES('01a20ab1-b9cb-7c2e-864e-797a3580d4d1',1,0);
INSERT INTO "responder_seat" VALUES('01a20ab1-b9cb-7c2e-864e-797a3580d4d1',2,0);
INSERT INTO "responder_seat" VALUES('01a20ab1-b9ce-7f54-8370-b3918676d106',1,0);
INSERT INTO "responder_seat" VALUES('01a20ab1-b9d0-77e6-8f0c-b372be4af2df',1,0);
INSERT INTO "responder_seat" VALUES('01a20ab1-b9d4-7908-ba20-980db54d449a',1,0);
CREATE TABLE service (
	id VARCHAR(36) NOT NULL, 
	community VARCHAR(64) NOT NULL, 
	code VARCHAR(64) NOT NULL, 
	name_zh TEXT NOT NULL, 
	name_en TEXT NOT NULL, 
	skills JSON NOT NULL, 
	licence VARCHAR(64), 
	urgency VARCHAR(64) NOT NULL, 
	pool VARCHAR(64) NOT NULL, 
	minutes INTEGER NOT NULL, 
	confidential BOOLEAN NOT NULL, 
	proximity BOOLEAN NOT NULL, 
	adults_only BOOLEAN NOT NULL, 
	small_kind VARCHAR(64) NOT NULL, 
	origin VARCHAR(64) NOT NULL, 
	words JSON NOT NULL, 
	is_active BOOLEAN DEFAULT (true) NOT NULL, 
	CONSTRAINT pk_service PRIMARY KEY (id), 
	CONSTRAINT ck_service_known_pool CHECK (pool IN ('companies', 'neighbours', 'once_helped', 'property')), 
	CONSTRAINT ck_service_known_urgency CHECK (urgency IN ('low', 'normal', 'urgent')), 
	CONSTRAINT fk_service_community FOREIGN KEY(community) REFERENCES community (code), 
	CONSTRAINT uq_service_community_code UNIQUE (community, code)
);
INSERT INTO "service" VALUES('01a20ab1-b9c7-7155-a4d1-6f671b938b75','street','drain','疏通下水','clear a drain','{"plumbing": 2}',NULL,'normal','neighbours',45,0,1,0,'matter','own','[]',1);
INSERT INTO "service" VALUES('01a20ab1-b9c7-796f-86d6-6e6f1227165d','street','listen','心理疏导','somebody who listens','{}',NULL,'normal','neighbours',45,1,1,0,'matter','own','[]',1);
CREATE TABLE wave (
	request_id VARCHAR(36) NOT NULL, 
	wave_no INTEGER NOT NULL, 
	decided_at VARCHAR(27) NOT NULL, 
	policy VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_wave PRIMARY KEY (request_id, wave_no), 
	CONSTRAINT ck_wave_counts_from_one CHECK (wave_no >= 1), 
	CONSTRAINT fk_wave_request_id FOREIGN KEY(request_id) REFERENCES request (id)
);
INSERT INTO "wave" VALUES('01a20ab1-b9dc-7293-8f77-190918d15e13',1,'2026-11-23T01:00:00.000000Z','one-at-a-time');
INSERT INTO "wave" VALUES('01a20ab1-b9e7-7c49-8ada-1b234866a714',1,'2026-11-23T01:00:00.000000Z','one-at-a-time');
INSERT INTO "wave" VALUES('01a20ab1-b9ec-7c4d-9887-2710417491c1',1,'2026-11-23T01:00:00.000000Z','one-at-a-time');
INSERT INTO "wave" VALUES('01a20ab1-b9f4-7806-84ef-b5875b694580',1,'2026-11-23T01:00:00.000000Z','one-at-a-time');
INSERT INTO "wave" VALUES('01a20ab1-b9f8-7d6e-8a83-71404e126ec6',1,'2026-11-23T01:00:00.000000Z','one-at-a-time');
INSERT INTO "wave" VALUES('01a20ab1-b9f4-7806-84ef-b5875b694580',2,'2026-11-23T02:00:00.000000Z','one-at-a-time');
INSERT INTO "wave" VALUES('01a20ab1-b9f8-7d6e-8a83-71404e126ec6',2,'2026-11-23T02:00:00.000000Z','one-at-a-time');
CREATE INDEX ix_event_community_seq ON event (community, seq);
CREATE INDEX ix_event_request_id ON event (request_id);
CREATE INDEX ix_event_step ON event (step);
CREATE INDEX ix_person_private_phone ON person_private (phone);
CREATE INDEX ix_household_place_id ON household (place_id);
CREATE INDEX ix_responder_person_id ON responder (person_id);
CREATE INDEX ix_bond_responder_id ON bond (responder_id);
CREATE INDEX ix_request_person_id ON request (person_id);
CREATE INDEX ix_request_place_id_service_id ON request (place_id, service_id);
CREATE INDEX ix_request_state_next_check_at ON request (state, next_check_at);
CREATE INDEX ix_offer_code ON offer (code);
CREATE INDEX ix_offer_request_id_wave_no ON offer (request_id, wave_no);
CREATE INDEX ix_offer_state_deadline_at ON offer (state, deadline_at);
CREATE UNIQUE INDEX uq_offer_one_holder_a_slot ON offer (request_id, slot_no) WHERE state IN ('accepted', 'doing', 'done');
CREATE UNIQUE INDEX uq_offer_one_offer_a_pair ON offer (request_id, responder_id) WHERE state IN ('accepted', 'doing', 'done', 'offered');
CREATE UNIQUE INDEX uq_offer_one_offer_a_seat ON offer (responder_id, seat_no) WHERE state IN ('accepted', 'doing', 'offered');
CREATE INDEX ix_delivery_request_id ON delivery (request_id);
CREATE INDEX ix_delivery_state_next_at ON delivery (state, next_at);
CREATE UNIQUE INDEX uq_delivery_once_an_occasion ON delivery (request_id, kind, channel, occasion) WHERE offer_id IS NULL;
CREATE INDEX ix_phone_sheet_delivery_id ON phone_sheet (delivery_id);
CREATE TRIGGER event_is_not_edited BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
CREATE TRIGGER event_is_not_replaced BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM event e WHERE e.seq = NEW.seq OR (e.community = NEW.community AND e.prev_hash = NEW.prev_hash)) BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
CREATE TRIGGER offer_takes_no_retired_seat BEFORE INSERT ON offer WHEN EXISTS (SELECT 1 FROM responder_seat s WHERE s.responder_id = NEW.responder_id AND s.seat_no = NEW.seat_no AND s.retired) BEGIN SELECT RAISE(ABORT, 'this seat is retired'); END;
CREATE TRIGGER offer_moves_to_no_retired_seat BEFORE UPDATE OF responder_id, seat_no ON offer WHEN EXISTS (SELECT 1 FROM responder_seat s WHERE s.responder_id = NEW.responder_id AND s.seat_no = NEW.seat_no AND s.retired) BEGIN SELECT RAISE(ABORT, 'this seat is retired'); END;
CREATE TRIGGER offer_starts_on_no_retired_slot BEFORE INSERT ON offer WHEN NEW.slot_no IS NOT NULL AND EXISTS (SELECT 1 FROM request_slot s WHERE s.request_id = NEW.request_id AND s.slot_no = NEW.slot_no AND s.retired) BEGIN SELECT RAISE(ABORT, 'this slot is retired'); END;
CREATE TRIGGER offer_takes_no_retired_slot BEFORE UPDATE OF request_id, slot_no ON offer WHEN NEW.slot_no IS NOT NULL AND EXISTS (SELECT 1 FROM request_slot s WHERE s.request_id = NEW.request_id AND s.slot_no = NEW.slot_no AND s.retired) BEGIN SELECT RAISE(ABORT, 'this slot is retired'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',65);
COMMIT;